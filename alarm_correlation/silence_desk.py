"""What the response centre plans: maintenance windows and shelves, checked before they silence anything, and ended."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from alarm_correlation.records import MOST_TEXT, Silence, Ticket
from alarm_correlation.silences import MAINTENANCE, SHELF, is_below, span
from alarm_correlation.state import State
from alarm_correlation.tickets import ticket_named
from alarm_correlation.work import Work
from guywire.catalogue import CATALOGUE
from guywire.commands import EndSilence, PlanSilence
from guywire.errors import conflict, invalid, not_found
from guywire.weekly import WeeklyError, known_zone, parse_weekly

_MOST_NAMED = 2_000


def plan_silence(state: State, work: Work, command: PlanSilence, actor: str) -> dict[str, Any]:
    """Plans a window or puts up a shelf. Of a ticket without places: the sites at which there is work for it."""
    ticket = ticket_named(state, command.ticket) if command.ticket else None
    if ticket is not None and not command.sites and not command.regions:
        sites = _sites_of(state, ticket)
    else:
        sites = tuple(dict.fromkeys(command.sites))
    _check_places(state, command, sites)
    _check_times(state, command)
    silence = Silence(
        silence_id=state.new_id("Q"),
        kind=command.kind,
        title=command.title.strip()[:MOST_TEXT],
        reason=command.reason.strip()[:MOST_TEXT],
        place=command.place,
        sites=sites,
        regions=tuple(dict.fromkeys(command.regions)),
        resources=tuple(dict.fromkeys(command.resources)),
        alarm_types=tuple(dict.fromkeys(command.alarm_types)),
        starts_at=command.starts_at,
        ends_at=command.ends_at,
        weekly=command.weekly.strip(),
        time_zone=command.time_zone,
        ticket_id=ticket.ticket_id if ticket else None,
        made_at=work.now,
        made_by=actor,
    )
    state.silences[silence.silence_id] = silence
    work.changes.silences.add(silence.silence_id)
    return {"id": silence.silence_id, "version": silence.version}


def end_silence(state: State, work: Work, command: EndSilence, actor: str) -> dict[str, Any]:
    """Ends one now. Refused: `version_is_old`, `already_ended`."""
    silence = state.silences.get(command.silence)
    if silence is None:
        raise not_found("silence", command.silence)
    if command.version is not None and command.version != silence.version:
        raise conflict("version_is_old", f"{silence.silence_id} was changed meanwhile. Look at it again, then decide.")
    if silence.ended_at is not None or span(silence).end <= work.now:
        by = f" by {silence.ended_by}" if silence.ended_by else ""
        raise conflict("already_ended", f"{silence.silence_id} has ended{by} already.")
    silence.ended_at, silence.ended_by = work.now, actor
    silence.version += 1
    work.changes.silences.add(silence.silence_id)
    return {"id": silence.silence_id, "version": silence.version}


def _sites_of(state: State, ticket: Ticket) -> tuple[str, ...]:
    """The ticket's own site and those of its needs."""
    needs = {state.needs[key].site_id for key in state.needs_of.get(ticket.ticket_id, ())}
    return tuple(sorted(needs | ({ticket.site_id} if ticket.site_id else set())))


def _check_places(state: State, command: PlanSilence, sites: tuple[str, ...]) -> None:
    """Raises `Refused` for what silences everything, or names what there is not: a slip would silence nothing."""
    lists = (sites, command.regions, command.resources, command.alarm_types)
    if not any(lists):
        raise invalid(
            "everything", "Name at least a site, a region, a resource or an alarm type: not all can be silent."
        )
    if sum(map(len, lists)) > _MOST_NAMED:
        raise invalid("too_many", f"At most {_MOST_NAMED} can be named: name their regions instead.")
    if any(not one.strip() for one in (*command.regions, *command.resources)):
        raise invalid("empty", "A region or a resource pattern must not be empty.")
    known = state.rules.topology.sites
    _refuse_unknown("site", (one for one in sites if one not in known))
    _refuse_unknown("alarm type", (one for one in command.alarm_types if one not in CATALOGUE))
    regions = {site.region for site in known.values()} if command.regions else set()
    _refuse_unknown("region", (one for one in command.regions if not any(is_below(each, one) for each in regions)))


def _refuse_unknown(kind: str, unknown: Iterable[str]) -> None:
    if names := sorted(unknown):
        raise invalid(f"unknown_{kind.replace(' ', '_')}", f"There is no {kind} {', '.join(map(repr, names[:5]))}.")


def _check_times(state: State, command: PlanSilence) -> None:
    if command.kind not in (MAINTENANCE, SHELF):
        raise invalid("kind", f"kind cannot be {command.kind!r}; it is {MAINTENANCE} or {SHELF}.")
    if not command.title.strip():
        raise invalid("title", "title must not be empty.")
    if command.ends_at is not None and command.ends_at <= max(command.starts_at, state.now):
        raise invalid("ends_at", "ends_at must be in the future, and after starts_at.")
    if command.kind == MAINTENANCE and command.ends_at is None and not command.weekly.strip():
        raise invalid(
            "ends_at", "A window takes ends_at, or weekly such as Sun 02:00-04:00; a shelf stands until ended."
        )
    if command.kind == SHELF and command.weekly.strip():
        raise invalid("weekly", "A shelf stands all the time: what comes every week is a maintenance window.")
    if known_zone(command.time_zone) is None:
        raise invalid("time_zone", f"There is no time zone {command.time_zone!r}; write it like Asia/Shanghai.")
    try:
        parse_weekly(command.weekly)
    except WeeklyError as error:
        raise invalid("weekly", f"weekly: {error}.") from None
