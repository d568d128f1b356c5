"""What the steps of a complaint refuse alike: texts, versions, words that must be one of a few."""

from __future__ import annotations

from collections.abc import Collection

from complaints.care.model import Complaint
from guywire.errors import Refused, conflict, invalid

LONGEST_TEXT = 4000
LONGEST_WORD = 64


def check_text(name: str, text: str, *, needed: bool = True, longest: int = LONGEST_TEXT) -> str:
    """The text without blanks around it. Raises `Refused` for an empty one that is needed, one too long, with NUL."""
    text = text.strip()
    if needed and not text:
        raise invalid(f"{name}_missing", f"Say something as {name}.")
    if len(text) > longest:
        raise invalid(f"{name}_too_long", f"{name} has {len(text)} characters; at most {longest} are kept.")
    if "\0" in text:
        raise invalid(f"{name}_malformed", f"{name} holds a NUL character. Send plain text.")
    return text


def check_one_of(name: str, value: str, allowed: Collection[str]) -> str:
    """Raises `Refused` for a word that is none of the allowed ones."""
    if value not in allowed:
        raise invalid(f"{name}_unknown", f"{name} must be one of {', '.join(allowed)}, not {value!r}.")
    return value


def check_version(complaint: Complaint, version: int | None) -> None:
    """Raises `Refused` when the complaint changed since it was looked at, with what it is now."""
    if version is not None and version != complaint.version:
        held = f", with {complaint.owner}" if complaint.owner else ""
        raise conflict(
            "version_is_old",
            f"{complaint.complaint_id} is now {complaint.state}{held} (version {complaint.version})."
            " Look at it again, then decide.",
        )


def refuse_closed(complaint: Complaint) -> None:
    """Raises `Refused` for a complaint that is closed."""
    if complaint.is_closed:
        raise Refused(
            "conflict",
            "already_closed",
            f"{complaint.complaint_id} is closed ({complaint.closed_reason}, {complaint.closed_by}). Reopen it first.",
        )
