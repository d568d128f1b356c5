"""Complaints of one matter under one: a parent and its children, one deep, answered together."""

from __future__ import annotations

from collections.abc import Sequence

from complaints.care.checks import refuse_closed
from complaints.care.model import Case
from guywire.errors import conflict, invalid

MOST_CHILDREN = 1000


def merge(parent: Case, children: Sequence[Case]) -> None:
    """Puts the children under the parent. Raises `Refused` for what would make more than one level."""
    refuse_closed(parent.complaint)
    if parent.complaint.parent_id:
        message = f"{parent.complaint.complaint_id} stands under {parent.complaint.parent_id} itself."
        raise conflict("is_a_child", message)
    if not 0 < len(children) <= MOST_CHILDREN:
        raise invalid("children", f"Name 1 to {MOST_CHILDREN} complaints.")
    for child in children:
        _refuse_child(parent, child)
    for child in children:
        child.complaint.parent_id = parent.complaint.complaint_id


def split(child: Case) -> None:
    """Takes it out from under its parent."""
    if child.complaint.parent_id is None:
        raise conflict("no_parent", f"{child.complaint.complaint_id} stands under no other.")
    child.complaint.parent_id = None


def _refuse_child(parent: Case, child: Case) -> None:
    name = child.complaint.complaint_id
    if name == parent.complaint.complaint_id:
        raise invalid("itself", f"{name} cannot stand under itself.")
    refuse_closed(child.complaint)
    if child.children:
        raise conflict("has_children", f"{name} has {child.children} under it. Split those first.")
    if child.complaint.parent_id not in (None, parent.complaint.complaint_id):
        raise conflict("is_a_child", f"{name} stands under {child.complaint.parent_id} already.")
