"""What dispatch is asked about problems: the causes behind faults that come back."""

from __future__ import annotations

from guywire.commands.base import Command, ToDispatch


class OpenProblem(ToDispatch, frozen=True, kw_only=True):
    """A cause that somebody suspects behind several faults, at one site or more.

    With `alarm_type` further faults of that type at these sites are linked by themselves. `report` is the report in
    which it was seen (docs/api-reports.md); `tickets` and `incidents` what it is thought to be behind.
    """

    title: str
    sites: tuple[str, ...]
    why: str = ""
    alarm_type: str = ""
    tickets: tuple[str, ...] = ()
    incidents: tuple[str, ...] = ()
    responsible: str = ""
    report: str = ""


class EditProblem(ToDispatch, frozen=True, kw_only=True):
    """Says anew what is known of one that has not ended; None leaves it as it is."""

    problem: str
    title: str | None = None
    why: str | None = None
    sites: tuple[str, ...] | None = None
    responsible: str | None = None
    cause: str | None = None
    workaround: str | None = None
    version: int | None = None


class LinkProblem(ToDispatch, frozen=True, kw_only=True):
    """Faults that it is behind after all; with `unlink` those that it is not."""

    problem: str
    tickets: tuple[str, ...] = ()
    incidents: tuple[str, ...] = ()
    unlink: bool = False


class CommentProblem(ToDispatch, frozen=True, kw_only=True):
    problem: str
    text: str


class MoveProblem(ToDispatch, frozen=True, kw_only=True):
    """To `known_error` (cause and workaround), `resolved` (cause and solution: what was changed), `closed` (without a
    solution, for a reason) or back to `open` (for a reason). What was said before need not be said again."""

    problem: str
    to: str
    cause: str = ""
    workaround: str = ""
    solution: str = ""
    reason: str = ""
    version: int | None = None


COMMANDS: tuple[type[Command], ...] = (
    OpenProblem,
    EditProblem,
    LinkProblem,
    CommentProblem,
    MoveProblem,
)
