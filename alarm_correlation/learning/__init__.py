"""Beside the path of a trap: what causes what, learned from history and proposed to people, never applied by itself."""
