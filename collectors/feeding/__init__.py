"""The processes that feed the keeper: how they are started, watched, and hand over what they caught."""
