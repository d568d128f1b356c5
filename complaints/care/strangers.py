"""Who complains without that anybody knows whose number it is, and is therefore sent little. Pure."""

from __future__ import annotations

from complaints.care.model import Case, Complaint
from complaints.care.opening import NOBODY


def is_stranger(complaint: Complaint) -> bool:
    """Whether the number or address is nobody's that we know: typed into the public form, or written from.

    Once somebody of ours answers for the complaint it is no stranger's any more.
    """
    known = bool(complaint.customer_id) and not complaint.unproven
    return complaint.registered_by in NOBODY and not known and not complaint.owner


def is_withheld(case: Case) -> bool:
    """Whether nothing is sent for it: its first message was beyond what strangers are sent."""
    return is_stranger(case.complaint) and any(one.state == "withheld" for one in case.messages)
