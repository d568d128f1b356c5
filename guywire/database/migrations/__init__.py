"""Numbered SQL files, applied by `guywire.database.migrate`."""
