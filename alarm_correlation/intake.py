"""Stage 1: events become alarms. Each goes to its identity's track, and the alarms follow what the track now tells."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from alarm_correlation.corrections import follow_absorbed
from alarm_correlation.lifecycle import (
    CLOCK_AHEAD,
    CLOCK_BEHIND,
    OPERATOR,
    Heard,
    Occurrence,
    Windows,
    advance,
    as_of,
    fold,
    heard_from,
)
from alarm_correlation.records import Alarm
from alarm_correlation.state import State
from alarm_correlation.track import Track, settle, take_in
from alarm_correlation.work import Received, Work
from guywire.model import AlarmEvent, Identity, Severity


def take_events(state: State, work: Work) -> None:
    """Takes the step's events in. What each became stands in `work.moved` and the changes."""
    touched = []
    earliest, latest = state.rules.policy.believable
    for received in work.inputs.events:
        if not earliest <= received.event.received_at - received.event.at <= latest:
            received = _as_received(received, latest)
        touched.append((received, hear(state, work, received.event)))
    for received, track in touched:  # only now: an event of this very step may have cut an alarm in two
        alarm_id = alarm_at(state, track, received.event.at)
        work.changes.received.append((received, alarm_id))
        if alarm_id is None:
            work.changes.ignored.append("clear_without_alarm")


def hear(state: State, work: Work, event: AlarmEvent) -> Track:
    """One thing heard of an identity, whose track is given back: extends, ends, begins, splits or joins its alarms."""
    identity, domain = event.identity, event.domain
    if (track := state.tracks.get(identity)) is None:
        track = state.tracks[identity] = Track()
        if event.clears:
            state.remember_lone_clear(identity)
    heard = heard_from(event, track.tail)
    late = track.too_late(heard.at)
    windows = state.rules.policy.life(identity.alarm_type)
    known = track.last
    if newest := take_in(track, heard):
        _follow(state, work, identity, domain, track, heard, windows)
    else:
        if late:
            work.changes.ignored.append("too_late_to_matter")
        _retell(state, work, identity, domain, track, windows)
    before = track.settled
    settle(track, windows, known if newest else None)
    if track.alarms and (late or (track.settled is not before and not is_held(track))):
        work.changes.alarms.add(track.alarms[0])  # its row keeps what is settled
    return track


def is_held(track: Track) -> bool:
    """Whether it chatters: its row is then written whenever its rate is measured, and not whenever it turns.

    What is settled in between is told again from the events, should there be a restart; a late one, which no longer
    can, is written at once.
    """
    return track.last is not None and track.last.chatter is not None


def clear_by_hand(state: State, work: Work, alarm: Alarm, actor: str, seq: int) -> None:
    """An operator's clear is an event like any other, so that whatever comes later is judged the same way."""
    told = alarm.occurrence
    event = AlarmEvent(
        at=max(work.now, told.heard_at + timedelta(microseconds=1)),  # a source clock may be ahead
        received_at=max(work.now, told.news_at),  # ... and a collector's
        site=alarm.site,
        resource=alarm.identity.resource,
        alarm_type=alarm.alarm_type,
        qualifier=alarm.identity.qualifier,
        severity=Severity.CLEARED,
        domain=alarm.domain,
        source=OPERATOR + actor,
    )
    hear(state, work, event)
    received = Received(event, "operator", alarm.domain, "command", seq)
    work.changes.received.append((received, alarm.alarm_id))


def alarm_at(state: State, track: Track, at: datetime) -> str | None:
    """The alarm to which an event of that time belongs; none for a clear before the first raise."""
    alarms = track.alarms
    for alarm_id in reversed(alarms):
        if state.alarms[alarm_id].occurrence.raised_at <= at:
            return alarm_id
    return alarms[0] if alarms and track.too_late(at) else None


def look_at_life(state: State, work: Work, alarm: Alarm) -> None:
    """What time makes of an alarm: calm, cleared after its delay, ended by its age, stale. Asks to be called again.

    Only the newest of its identity can still change by itself.
    """
    state.watching.pop(alarm.alarm_id, None)
    track = state.tracks.get(alarm.identity)  # none once a later occurrence was forgotten
    if track is not None and track.alarms[-1:] == [alarm.alarm_id] and track.last is not None:
        _tell(state, work, alarm, as_of(track.last, state.rules.policy.life(alarm.alarm_type), work.now))
    stale_since = _stale_since(state, alarm, work.now)
    if stale_since != alarm.stale_since:
        _mark_stale(work, alarm, stale_since)
    state.watch_life(alarm)


def _stale_since(state: State, alarm: Alarm, now: datetime) -> datetime | None:
    since = alarm.occurrence.stands_since + state.rules.policy.life(alarm.alarm_type).stale
    return since if alarm.stands and since <= now else None


def _mark_stale(work: Work, alarm: Alarm, since: datetime | None) -> None:
    alarm.stale_since = since
    alarm.version += 1
    work.changes.alarms.add(alarm.alarm_id)


def _as_received(received: Received, latest: timedelta) -> Received:
    """Where no clock can be as wrong as the source time says, the time of receipt stands in for it.

    Nothing is heard before it happens, and a time far ahead would outlive every later clear. By how much it was wrong
    is kept in the details: `lifecycle` judges by it whether a clear came late or from a slow clock.
    """
    event = received.event
    behind = event.received_at - event.at
    which = CLOCK_BEHIND if behind > latest else CLOCK_AHEAD
    details = {**event.details, which: f"{abs(behind.total_seconds()):.0f}"}
    event = msgspec.structs.replace(event, at=event.received_at, details=details)
    return Received(event, received.collector, received.domain, received.spool, received.seq)


def _follow(
    state: State, work: Work, identity: Identity, domain: str, track: Track, heard: Heard, windows: Windows
) -> None:
    """The usual case: the newest event so far goes on from the newest occurrence."""
    before = track.last
    told = advance(before, heard, windows)
    if told is None:
        return
    track.last = told
    now = as_of(told, windows, work.now)
    if before is not None and told.raised_at == before.raised_at:
        _tell(state, work, state.alarms[track.alarms[-1]], now)
    else:
        if before is not None:  # it may have ended by the time in between, which no event said
            _tell(state, work, state.alarms[track.alarms[-1]], as_of(before, windows, heard.at))
        track.alarms.append(_begin(state, work, identity, domain, now))


def _retell(state: State, work: Work, identity: Identity, domain: str, track: Track, windows: Windows) -> None:
    """An event from before the newest: all occurrences are told anew, and keep the ids of those they go on from."""
    before = [state.alarms[alarm_id] for alarm_id in track.alarms]
    lives = fold(track.settled, track.tail, windows)
    track.last = lives[-1] if lives else None
    track.alarms = []
    for place, life in enumerate(lives):
        told = as_of(life, windows, work.now)
        ends = lives[place + 1].raised_at if place + 1 < len(lives) else None
        heirs = [
            alarm for alarm in before if told.raised_at <= alarm.raised_at and (not ends or alarm.raised_at < ends)
        ]
        if heirs:
            track.alarms.append(heirs[0].alarm_id)
            for other in heirs[1:]:
                _absorb(state, work, other, heirs[0])
            _tell(state, work, heirs[0], told)
        else:
            track.alarms.append(_begin(state, work, identity, domain, told))
    if [alarm.alarm_id for alarm in before] != track.alarms:
        work.changes.retold[identity] = [(state.alarms[key].raised_at, key) for key in track.alarms]


def _begin(state: State, work: Work, identity: Identity, domain: str, told: Occurrence) -> str:
    alarm = Alarm(alarm_id=state.new_id("A"), identity=identity, domain=domain, occurrence=told)
    state.add_alarm(alarm)
    state.watch_life(alarm)
    work.moved.add(alarm.alarm_id)
    work.stood[alarm.alarm_id] = None
    work.changes.alarms.add(alarm.alarm_id)
    return alarm.alarm_id


def _tell(state: State, work: Work, alarm: Alarm, told: Occurrence) -> None:
    """What an alarm has become. While it chatters its counts go on silently: nothing downstream, a row a measure."""
    before, alarm.occurrence = alarm.occurrence, told
    if told == before:
        return
    moved, worded = _is_moved(told, before), _is_worded(told, before)
    if not (moved or worded or _is_held(told) or _is_held(before)):
        work.changes.alarms.add(alarm.alarm_id)  # said again: only the count is different, and nothing is due sooner
        return
    state.watch_life(alarm)
    if not (moved or worded or _rate(told) != _rate(before)):
        if told.chatter is None or _measured(told) != _measured(before):
            work.changes.alarms.add(alarm.alarm_id)
        return
    alarm.version += 1
    work.changes.alarms.add(alarm.alarm_id)
    _follow_news(state, alarm, work.now)
    if moved:
        work.moved.add(alarm.alarm_id)
        work.stood.setdefault(alarm.alarm_id, (before.raised_at, before.cleared_at))
    if (moved or worded) and alarm.incident_id is not None:
        work.incidents.add(alarm.incident_id)


def _follow_news(state: State, alarm: Alarm, now: datetime) -> None:
    """What came back or became worse was not what somebody acknowledged or closed (ISA-18.2); it may be stale anew."""
    news_at = alarm.occurrence.news_at
    if alarm.acknowledged_at is not None and alarm.acknowledged_at < news_at:
        alarm.acknowledged_at, alarm.acknowledged_by = None, ""
    if alarm.closed_at is not None and alarm.closed_at < news_at:
        alarm.closed_at, alarm.closed_by = None, ""
    alarm.stale_since = _stale_since(state, alarm, now)


def _is_moved(told: Occurrence, before: Occurrence) -> bool:
    return (
        told.raised_at != before.raised_at
        or told.stands_since != before.stands_since
        or told.cleared_at != before.cleared_at
    )


def _is_worded(told: Occurrence, before: Occurrence) -> bool:
    return (
        told.changed_at != before.changed_at
        or told.severity is not before.severity
        or told.baseline is not before.baseline
    )


def _is_held(told: Occurrence) -> bool:
    """Whether what its device says does not count at once."""
    return told.chatter is not None or told.lull is not None


def _measured(told: Occurrence) -> datetime | None:
    return told.chatter.measured_from if told.chatter is not None else None


def _rate(told: Occurrence) -> float:
    return told.chatter.rate if told.chatter is not None else 0.0


def _absorb(state: State, work: Work, alarm: Alarm, survivor: Alarm) -> None:
    """A raise came late that bridges two occurrences: the younger was never an alarm of its own."""
    state.drop_alarm(alarm.alarm_id)
    work.dropped[alarm.alarm_id] = alarm
    work.moved.discard(alarm.alarm_id)
    work.changes.alarms.discard(alarm.alarm_id)
    work.changes.absorbed[alarm.alarm_id] = survivor.alarm_id
    follow_absorbed(state, work, alarm.alarm_id, survivor.alarm_id)
    if survivor.acknowledged_at is None:
        survivor.acknowledged_at, survivor.acknowledged_by = alarm.acknowledged_at, alarm.acknowledged_by
    if survivor.closed_at is None:
        survivor.closed_at, survivor.closed_by = alarm.closed_at, alarm.closed_by
