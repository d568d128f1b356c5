"""A system in a folder and back: the database and the files of the data folder that belong together."""

from guywire.backup.restore import restore
from guywire.backup.save import save

__all__ = ["restore", "save"]
