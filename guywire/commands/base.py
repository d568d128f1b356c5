"""What every command is: a struct that names its owner; and one base for each owner."""

from __future__ import annotations

from typing import ClassVar

import msgspec


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all commands; `owner` is the service that applies it. In the inbox it goes by its class name."""

    owner: ClassVar[str] = ""


class ToCorrelation(Command, frozen=True, kw_only=True):
    owner: ClassVar[str] = "alarm_correlation"


class ToDispatch(Command, frozen=True, kw_only=True):
    owner: ClassVar[str] = "dispatch"


class ToComplaints(Command, frozen=True, kw_only=True):
    owner: ClassVar[str] = "complaints"
