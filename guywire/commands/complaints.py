"""What complaints is asked."""

from __future__ import annotations

from guywire.commands.base import Command, ToComplaints


class RegisterComplaint(ToComplaints, frozen=True, kw_only=True):
    channel: str
    text: str
    phone: str = ""
    customer_id: str = ""
    site: str = ""
    latitude: float | None = None
    longitude: float | None = None


COMMANDS: tuple[type[Command], ...] = (RegisterComplaint,)
