"""When to try again: pauses that double up to a longest one, and an end. Policy of whoever sends something outside."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import msgspec

_Seconds = Annotated[float, msgspec.Meta(gt=0, le=86_400)]


class Backoff(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of a policy file; `tries` counts the first one."""

    first_seconds: _Seconds
    longest_seconds: _Seconds
    tries: Annotated[int, msgspec.Meta(ge=1, le=100)]

    def pause_after(self, tries: int, wished: timedelta = timedelta()) -> timedelta | None:
        """How long to wait after so many tries, or None: no more. `wished` is what the other side asked for."""
        if tries >= self.tries:
            return None
        seconds = self.first_seconds * 2.0 ** (tries - 1)
        return timedelta(seconds=min(max(seconds, wished.total_seconds()), self.longest_seconds))
