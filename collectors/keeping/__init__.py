"""What is kept: strangers, the storm guard, and the keeper in front of the spool."""
