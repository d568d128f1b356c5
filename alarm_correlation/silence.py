"""The stages of silence: which alarms a window or a shelf now touches, and of each alarm why it does not speak.

What an operator sees speak are the roots: a symptom is silent as long as its root speaks for it, or has a ticket.
"""

from __future__ import annotations

from datetime import timedelta

from alarm_correlation import silences
from alarm_correlation.audible import DELAY, SPEAKS, Quiet, meant, silenced
from alarm_correlation.records import Alarm, Silence, Voice
from alarm_correlation.silences import FOREVER
from alarm_correlation.state import State
from alarm_correlation.tickets import ENDED
from alarm_correlation.work import Work


def follow_silences(state: State, work: Work) -> None:
    """Looks for the alarms of windows that begin, end or are new; their incidents are looked at again."""
    if work.restored:
        state.silences_of.clear()
        for silence in state.silences.values():
            _keep(state, work, silence)
    for key in sorted((work.due & state.silences.keys()) | work.changes.silences):
        silence = state.silences[key]
        _keep(state, work, silence)
        work.silenced |= {alarm.alarm_id for alarm in meant(state, silence) if _is_not_over(alarm, work)}
        if key not in work.changes.silences:
            _forget_if_over(state, silence)
    work.silenced |= {key for key in work.due & state.alarms.keys() if state.alarms[key].silenced_by == DELAY}
    work.incidents |= {incident for one in work.silenced if (incident := state.alarms[one].incident_id) is not None}


def declare_silence(state: State, work: Work) -> None:
    """Says of every alarm that this step touched why it is silent. A root's change is its symptoms', too."""
    touched = work.moved | work.silenced
    touched |= {node for start in work.uprooted if state.exists(start) for node in state.subtree(start)}
    tickets = (state.tickets[key] for key in work.tickets & state.tickets.keys())
    of_tickets = {ticket.incident_id for ticket in tickets if ticket.incident_id is not None}
    for incident in (work.incidents | work.called | of_tickets) & state.members.keys():
        if _voice_changes(state, incident):
            touched |= state.members[incident]
    for gone, survivor in work.merged.items():  # another voice speaks for what was moved over
        state.voices.pop(gone, None)
        touched |= state.members.get(survivor, set())
    if work.restored:
        _remember_voices(state)
    for alarm_id in touched & state.alarms.keys():
        _declare(state, work, state.alarms[alarm_id])


def _is_not_over(alarm: Alarm, work: Work) -> bool:
    """Whether it stands, or cleared so lately that a silence which changes now may be the one in which it did."""
    return alarm.cleared_at is None or alarm.cleared_at >= work.now


def _declare(state: State, work: Work, alarm: Alarm) -> None:
    now = silenced(state, alarm)
    if now.by == DELAY and now.until is not None:
        state.look_again(now.until, alarm.alarm_id)
    if now == SPEAKS and alarm.stands:
        voice = state.voices.get(alarm.incident_id or "")
        if voice is not None and voice.heard and voice.alarm_id != alarm.alarm_id:
            now = Quiet(f"symptom:{voice.alarm_id}")
    if now != (alarm.silenced_by, alarm.silenced_until):
        alarm.silenced_by, alarm.silenced_until = now
        alarm.version += 1
        work.changes.alarms.add(alarm.alarm_id)


def _voice_changes(state: State, incident: str) -> bool:
    """Whether another alarm speaks for the incident than before, or nobody does any more; after a restart it may be."""
    if len(state.members[incident]) <= 1:
        return _heard(state.voices.pop(incident, None)) is not None
    before, now = state.voices.get(incident), _voice(state, incident)
    state.voices[incident] = now
    return before is None or _heard(before) != _heard(now)


def _remember_voices(state: State) -> None:
    """Of incidents that a restart found as they were."""
    for incident, members in state.members.items():
        if incident not in state.voices and len(members) > 1:
            state.voices[incident] = _voice(state, incident)


def _heard(voice: Voice | None) -> str | None:
    return voice.alarm_id if voice is not None and voice.heard else None


def _voice(state: State, incident: str) -> Voice:
    """Its root's. A root that nobody reported has the earliest of its own alarms."""
    root = state.root(next(iter(state.members[incident])))
    if (inferred := state.inferred.get(root)) is not None:
        root = inferred.first
    return Voice(root, _is_heard(state, incident, state.alarms[root]))


def _is_heard(state: State, incident: str, speaker: Alarm) -> bool:
    """While it stands and for the recovery after, if nothing silences it or there is a ticket.

    One that is about to speak counts: what it causes need not speak up for the time of its raise delay.
    """
    quiet = silenced(state, speaker)
    if quiet != SPEAKS and not (quiet.by == DELAY and speaker.stands) and not _has_ticket(state, incident):
        return False
    if speaker.cleared_at is None:
        return True
    until = speaker.cleared_at + timedelta(seconds=state.rules.policy.silence.recovery_seconds)
    if until > state.now:
        state.look_again(until, incident)
    return until > state.now


def _has_ticket(state: State, incident: str) -> bool:
    ticket = state.tickets.get(state.ticket_of.get(incident, ""))
    return ticket is not None and ticket.state not in ENDED


def _keep(state: State, work: Work, silence: Silence) -> None:
    """Puts it under its headings, and asks to be called when it next begins or ends, or once it may be forgotten."""
    now = silences.held_at(silence, state.now) is not None, silences.changes_at(silence, state.now)
    if now != (silence.holds, silence.changes_at):
        silence.holds, silence.changes_at = now
        work.changes.silences.add(silence.silence_id)
    for heading in silences.headings(silence):
        state.silences_of[heading].add(silence.silence_id)
    change = silence.changes_at
    if change is None and (end := silences.span(silence).end) != FOREVER:
        change = max(end, state.now) + state.rules.policy.memory
    if change is not None:
        state.look_again(change, silence.silence_id)


def _forget_if_over(state: State, silence: Silence) -> None:
    """Once no alarm is in hand that it may have silenced."""
    over = silences.span(silence).end
    if over > state.now - state.rules.policy.memory or any(one.raised_at < over for one in meant(state, silence)):
        return
    for heading in silences.headings(silence):
        state.silences_of[heading].discard(silence.silence_id)
    del state.silences[silence.silence_id]
