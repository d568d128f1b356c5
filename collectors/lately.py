"""How much something that only ever grows has grown lately: for what /health says of the last minute. Pure."""

from __future__ import annotations

from collections import deque

REMEMBERED_SECONDS = 60.0


class Lately:
    """Counts of now go in, the growth of the last minute comes out. Times are a monotonic clock's seconds."""

    def __init__(self) -> None:
        self._grown: deque[tuple[float, int]] = deque()
        self._total = 0

    @property
    def number(self) -> int:
        """By how much it grew in the minute before the last look."""
        return sum(grown for _, grown in self._grown)

    def look(self, total: int, now: float) -> bool:
        """Takes the count of now in; whether it grew after a minute in which it did not."""
        while self._grown and now - self._grown[0][0] > REMEMBERED_SECONDS:
            self._grown.popleft()
        grown, self._total = total - self._total, total
        if grown <= 0:
            return False
        self._grown.append((now, grown))
        return len(self._grown) == 1
