"""When people are left in peace, as every policy that tells people something says it."""

from __future__ import annotations

from datetime import datetime, tzinfo

import msgspec

from guywire.weekly import WeeklyError, end_of_stretch, parse_weekly


class QuietHours(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`quiet` such as `22:00-07:00`, in the zone of who is told; "" is never."""

    quiet: str

    def __post_init__(self) -> None:
        try:
            parse_weekly(self.quiet)
        except WeeklyError as error:
            raise ValueError(str(error)) from None  # what msgspec passes on

    def quiet_until(self, now: datetime, zone: tzinfo) -> datetime | None:
        """When the quiet hours end in which `now` lies, or None."""
        return end_of_stretch(self.quiet, zone, now)
