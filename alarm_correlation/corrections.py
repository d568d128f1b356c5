"""What operators know better: after `explain`, the alarms that they moved hang where they were put.

A correction is applied to what the rules make of the rest, in the order in which corrections were made, and is passed
over where it would turn causes round in a circle; so it means the same after a restart as when it was made.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from alarm_correlation.records import MOST_TEXT, Alarm, Correction
from alarm_correlation.state import State, number
from alarm_correlation.work import Work
from guywire.commands import CorrectRoot, MoveAlarm, WithdrawCorrection
from guywire.errors import Refused, conflict, not_found

ROOT, UNDER = "root", "under"


def apply_corrections(state: State, work: Work) -> None:
    """Hangs the corrected alarms where operators want them, and moves those that hang elsewhere to `work.uprooted`."""
    if not state.corrected or not (work.unsettled or work.uprooted):
        return
    standing = sorted((state.corrections[key] for key in state.corrected.values()), key=_order)
    before = {one.alarm_id: state.cause.get(one.alarm_id) for one in standing}
    for alarm_id in before:
        state.set_cause(alarm_id, None)
    for one in standing:
        _hang(state, work, one)
    work.uprooted |= {alarm_id for alarm_id, cause in before.items() if state.cause.get(alarm_id) != cause}


def move_alarm(state: State, work: Work, command: MoveAlarm, actor: str) -> dict[str, Any]:
    """Puts an alarm, and what it causes, into that incident or into one of its own."""
    alarm = alarm_named(state, command.alarm)
    if not command.incident:
        _correct(state, work, alarm, None, actor, command.comment)
    else:
        _correct(state, work, alarm, _head(state, command.incident, alarm), actor, command.comment)
    return {"id": alarm.alarm_id}


def correct_root(state: State, work: Work, command: CorrectRoot, actor: str) -> dict[str, Any]:
    """Makes an alarm of the incident its root; what stood at the top hangs under it. The same root is confirmed."""
    alarm, incident = alarm_named(state, command.alarm), _incident(state, command.incident)
    if alarm.incident_id != incident:
        raise conflict("not_a_member", f"{alarm.alarm_id} is of {alarm.incident_id}, not of {incident}: move it first.")
    top = state.root(alarm.alarm_id)
    under = sorted(state.effects.get(top, ()), key=number) if top in state.inferred else [top]
    _correct(state, work, alarm, None, actor, command.comment)
    state.set_cause(alarm.alarm_id, None)
    work.uprooted.add(alarm.alarm_id)
    for other in under:
        if other != alarm.alarm_id:
            _correct(state, work, state.alarms[other], alarm, actor, command.comment)
    return {"id": incident}


def withdraw(state: State, work: Work, command: WithdrawCorrection, actor: str) -> dict[str, Any]:
    """Leaves the alarm to the rules again."""
    correction = state.corrections.get(command.correction)
    if correction is None:
        raise not_found("correction", command.correction)
    if not correction.holds:
        raise conflict("already_withdrawn", f"{correction.correction_id} was withdrawn by {correction.withdrawn_by}.")
    _withdraw(state, work, correction, actor)
    return {"id": correction.correction_id}


def follow_absorbed(state: State, work: Work, gone: str, survivor: str) -> None:
    """An alarm that turned out to be part of another takes what was said of it along."""
    for correction in [state.corrections[key] for key in state.corrected.values()]:
        if correction.cause_alarm_id == gone:
            correction.cause_alarm_id = survivor
            work.changes.corrections.add(correction.correction_id)
    if (key := state.corrected.pop(gone, None)) is None:
        return
    if survivor in state.corrected or state.corrections[key].cause_alarm_id == survivor:
        state.corrections[key].withdrawn_at, state.corrections[key].withdrawn_by = work.now, "absorbed"
    else:
        state.corrections[key].alarm_id = survivor
        state.corrected[survivor] = key
    work.changes.corrections.add(key)


def forget_corrections(state: State, alarm_ids: Collection[str]) -> None:
    """With their alarms; the store keeps them."""
    for key in [key for key, one in state.corrections.items() if one.alarm_id in alarm_ids]:
        state.corrected.pop(state.corrections.pop(key).alarm_id, None)


def _hang(state: State, work: Work, correction: Correction) -> None:
    alarm, cause = state.alarms[correction.alarm_id], correction.cause_alarm_id
    if cause is not None and cause in state.alarms and state.root(cause) != alarm.alarm_id:
        state.set_cause(alarm.alarm_id, cause)
        _say(work, alarm, cause, f"put under {state.alarms[cause].alarm_type} by {correction.made_by}")
    else:
        _say(work, alarm, None, "")


def _say(work: Work, alarm: Alarm, cause: str | None, reason: str) -> None:
    if (alarm.cause_alarm_id, alarm.cause_reason) != (cause, reason):
        alarm.cause_alarm_id, alarm.cause_reason = cause, reason
        alarm.version += 1
        work.changes.alarms.add(alarm.alarm_id)


def _correct(state: State, work: Work, alarm: Alarm, cause: Alarm | None, actor: str, comment: str) -> None:
    if (known := state.corrected.get(alarm.alarm_id)) is not None:
        _withdraw(state, work, state.corrections[known], actor)
    correction = Correction(
        correction_id=state.new_id("C"),
        kind=UNDER if cause else ROOT,
        alarm_id=alarm.alarm_id,
        incident_id=alarm.incident_id or "",
        made_at=work.now,
        made_by=actor,
        cause_alarm_id=cause.alarm_id if cause else None,
        instead_of=alarm.cause_alarm_id,
        comment=comment.strip()[:MOST_TEXT],
    )
    state.corrections[correction.correction_id] = correction
    state.corrected[alarm.alarm_id] = correction.correction_id
    _look_at(work, alarm, correction)


def _withdraw(state: State, work: Work, correction: Correction, actor: str) -> None:
    correction.withdrawn_at, correction.withdrawn_by = work.now, actor
    del state.corrected[correction.alarm_id]
    _look_at(work, state.alarms[correction.alarm_id], correction)


def _look_at(work: Work, alarm: Alarm, correction: Correction) -> None:
    """All that depends on this alarm's cause is asked again, feeds too; its incident shows the correction."""
    work.moved.add(alarm.alarm_id)
    work.changes.corrections.add(correction.correction_id)
    if alarm.incident_id is not None:
        work.incidents.add(alarm.incident_id)


def _head(state: State, incident: str, moving: Alarm) -> Alarm:
    """The alarm under which others of that incident hang: its root, or the first alarm of a root nobody reported."""
    key = _incident(state, incident)
    if moving.incident_id == key:
        raise conflict("already_there", f"{moving.alarm_id} is of {key} already.")
    members = [state.alarms[alarm_id] for alarm_id in state.members[key]]
    first = min(members, key=lambda alarm: (alarm.raised_at, alarm.identity))
    return state.alarms.get(state.root(first.alarm_id), first)


def alarm_named(state: State, alarm_id: str) -> Alarm:
    """The alarm that a command names, or `Refused`."""
    if (alarm := state.alarms.get(alarm_id)) is None:
        why = f"There is no alarm {alarm_id!r} in hand: check the id. One that cleared long ago can only be read."
        raise Refused("not_found", "alarm_not_found", why)
    return alarm


def _incident(state: State, key: str) -> str:
    incident = state.incidents.get(key)
    if incident is None or not state.members.get(key):
        if incident is not None and incident.merged_into:
            raise conflict("merged", f"{key} has become part of {incident.merged_into}.")
        raise not_found("incident", key)
    return key


def _order(correction: Correction) -> int:
    return number(correction.correction_id)
