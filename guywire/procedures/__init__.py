"""What to do about each alarm type and each category of complaints: what ships, and over it what people wrote.

Both faces read it: the console shows and edits procedures, the phone shows those of an order.
"""

from guywire.procedures.library import Library, Procedure, Shelf, shipped

__all__ = ["Library", "Procedure", "Shelf", "shipped"]
