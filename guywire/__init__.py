"""The kernel that every Guywire package stands on: words, inventory, database, stream, feed, inbox, identity."""

__version__ = "0.1.0"
