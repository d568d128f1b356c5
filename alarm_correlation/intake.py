"""Stage 1: events become alarms. Each goes to its identity's track, and the alarms follow what the track now tells."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from alarm_correlation.corrections import follow_absorbed
from alarm_correlation.lifecycle import (
    AGE,
    OPERATOR,
    Heard,
    Occurrence,
    Track,
    advance,
    aged,
    fold,
    heard_from,
    settle,
    take_in,
)
from alarm_correlation.records import Alarm
from alarm_correlation.state import State
from alarm_correlation.work import Received, Work
from guywire.model import AlarmEvent, Identity, Severity


def take_events(state: State, work: Work) -> None:
    """Takes the step's events in. What each became stands in `work.moved` and the changes."""
    touched = []
    for received in work.inputs.events:
        received = _believable(received, state)
        identity = received.event.identity
        track = state.tracks.get(identity)
        heard = heard_from(received.event, track.tail if track else ())
        hear(state, work, identity, received.event.domain, heard)
        touched.append((received, identity))
    for received, identity in touched:  # only now: an event of this very step may have cut an alarm in two
        alarm_id = alarm_at(state, identity, received.event.at)
        work.changes.received.append((received, alarm_id))
        if alarm_id is None:
            work.changes.ignored.append("clear_without_alarm")


def hear(state: State, work: Work, identity: Identity, domain: str, heard: Heard) -> None:
    """One thing heard of an identity: extends, ends, begins, splits or joins its alarms."""
    if (track := state.tracks.get(identity)) is None:
        track = state.tracks[identity] = Track()
        if heard.clears:
            state.remember_lone_clear(identity)
    if take_in(track, heard) and not _ended_by_age(state, track):
        _follow(state, work, identity, domain, track, heard)
    else:
        if track.too_late(heard.at):
            work.changes.ignored.append("too_late_to_matter")
        _retell(state, work, identity, domain, track)
    before = track.settled
    settle(track, state.rules.policy.life(identity.alarm_type))
    if track.settled is not before and track.alarms:
        work.changes.alarms.add(track.alarms[0])  # its row keeps what is settled


def clear_by_hand(state: State, work: Work, alarm: Alarm, actor: str, seq: int) -> None:
    """An operator's clear is an event like any other, so that whatever comes later is judged the same way."""
    at = max(work.now, alarm.occurrence.heard_at + timedelta(microseconds=1))  # a source clock may be ahead
    event = AlarmEvent(
        at=at,
        received_at=work.now,
        site=alarm.site,
        resource=alarm.identity.resource,
        alarm_type=alarm.alarm_type,
        qualifier=alarm.identity.qualifier,
        severity=Severity.CLEARED,
        domain=alarm.domain,
        source=OPERATOR + actor,
    )
    hear(state, work, alarm.identity, alarm.domain, heard_from(event))
    received = Received(event, "operator", alarm.domain, "command", seq)
    work.changes.received.append((received, alarm.alarm_id))


def alarm_at(state: State, identity: Identity, at: datetime) -> str | None:
    """The alarm to which an event of that time belongs; none for a clear before the first raise."""
    alarms = state.tracks[identity].alarms
    for alarm_id in reversed(alarms):
        if state.alarms[alarm_id].raised_at <= at:
            return alarm_id
    return alarms[0] if alarms and state.tracks[identity].too_late(at) else None


def age_out(state: State, work: Work, alarm: Alarm) -> None:
    """Ends an alarm whose type ages out and which was not heard again for so long; asks to be called again then."""
    windows = state.rules.policy.life(alarm.alarm_type)
    _tell(state, work, alarm, aged(alarm.occurrence, windows, work.now))
    state.watch_age(alarm)


def _ended_by_age(state: State, track: Track) -> bool:
    """Whether what the last alarm tells is not the fold of its events alone: it has to be told anew."""
    return bool(track.alarms) and state.alarms[track.alarms[-1]].occurrence.cleared_by == AGE


def _believable(received: Received, state: State) -> Received:
    """A source time far ahead of the receipt would outlive every later clear: the receipt's time stands in for it."""
    event = received.event
    ahead = timedelta(seconds=state.rules.policy.windows.future_seconds)
    if event.at - event.received_at <= ahead:
        return received
    event = msgspec.structs.replace(event, at=event.received_at)
    return Received(event, received.collector, received.domain, received.spool, received.seq)


def _follow(state: State, work: Work, identity: Identity, domain: str, track: Track, heard: Heard) -> None:
    """The usual case: the newest event so far goes on from the newest occurrence."""
    last = state.alarms[track.alarms[-1]] if track.alarms else None
    windows = state.rules.policy.life(identity.alarm_type)
    told = advance(last.occurrence if last else None, heard, windows)
    if told is None:
        return
    if last is not None and told.raised_at == last.raised_at:
        _tell(state, work, last, aged(told, windows, work.now))
    else:
        if last is not None:  # it may have ended by its age, which no event said
            _tell(state, work, last, aged(last.occurrence, windows, heard.at))
        track.alarms.append(_begin(state, work, identity, domain, aged(told, windows, work.now)))


def _retell(state: State, work: Work, identity: Identity, domain: str, track: Track) -> None:
    """An event from before the newest: all occurrences are told anew, and keep the ids of those they go on from."""
    before = [state.alarms[alarm_id] for alarm_id in track.alarms]
    windows = state.rules.policy.life(identity.alarm_type)
    lives = [aged(told, windows, work.now) for told in fold(track.settled, track.tail, windows)]
    track.alarms = []
    for place, told in enumerate(lives):
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
    state.watch_age(alarm)
    work.moved.add(alarm.alarm_id)
    work.changes.alarms.add(alarm.alarm_id)
    return alarm.alarm_id


def _tell(state: State, work: Work, alarm: Alarm, told: Occurrence) -> None:
    before, alarm.occurrence = alarm.occurrence, told
    if told == before:
        return
    work.changes.alarms.add(alarm.alarm_id)
    if _times(told) != _times(before):
        work.moved.add(alarm.alarm_id)
        state.watch_age(alarm)
    elif (told.changed_at, told.severity, told.baseline) == (before.changed_at, before.severity, before.baseline):
        return  # said again: only the count is different
    alarm.version += 1
    if alarm.incident_id is not None:
        work.incidents.add(alarm.incident_id)


def _times(told: Occurrence) -> tuple[datetime, datetime, datetime | None]:
    return told.raised_at, told.stands_since, told.cleared_at


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
