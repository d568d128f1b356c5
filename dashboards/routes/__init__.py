"""One file for each kind of object of the console's API; docs/api.md is their table."""
