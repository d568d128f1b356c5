"""What is wrong with an inventory, said so that whoever wrote the file can mend it: all of it at once, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from guywire.errors import GuywireError


class Problem(NamedTuple):
    """One thing to mend. `line` counts from 1 (the header); 0 and "" mean the whole file or the whole line."""

    file: str
    line: int
    column: str
    reason: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.column + ': ' if self.column else ''}{self.reason}. {self.remedy}"


class InventoryError(GuywireError):
    """An inventory that is refused as a whole; `problems` in the order of files and lines."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)
