"""What decisions on a case go by: the time, the policies in force, and whether this system only looks on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from complaints.care import policy as care
from complaints.telling import policy as telling


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """In `shadow` nobody is told and no ticket is asked for."""

    now: datetime
    care: care.CarePolicy = field(default_factory=care.shipped_policy)
    telling: telling.TellingPolicy = field(default_factory=telling.shipped_policy)
    shadow: bool = False
