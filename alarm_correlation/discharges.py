"""The stage of batteries: alarms and readings of sites without mains become forecasts, and history once it is over.

A discharge is a stretch of time in which mains is away and nothing else carries the site. It is declared from the
site's alarms. What is foretold of it follows from its readings and the site's history; what was told stays told until
it is off by a noticeable amount, so that needs and orders do not change with every reading.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from alarm_correlation.batteries import Discharge, Forecast
from alarm_correlation.battery import Course, Past, left
from alarm_correlation.battery_policy import BatteryPolicy
from alarm_correlation.readings import MAINS, course_of, newest, take_in
from alarm_correlation.records import Alarm
from alarm_correlation.state import State
from alarm_correlation.work import Work
from guywire.catalogue import CATALOGUE
from guywire.inventory.model import Site

GENSET = "genset-running"
DISCHARGING = "battery-discharging"
_LOW, _EMPTY = ("battery-low-voltage",), ("load-disconnect", "battery-disconnect")
_SILENT = frozenset(key for key, kind in CATALOGUE.items() if kind.takes_service_down) - {*_EMPTY} | {"fsu-offline"}
"""What ends the knowledge of a discharge: after it nobody can tell how long the battery went on."""

_TYPES = _SILENT | {MAINS, GENSET, DISCHARGING, *_LOW, *_EMPTY}
_TIMER = "battery:"
_LATEST_SPANS = 3
"""Discharges of a site looked at together: mains that comes and goes all day leaves many behind."""

_SITES_AT_ONCE = 300
_MOST_LOOKS = 300
"""At one site in one step: a day of looks every five minutes."""
_YEAR, _HOUR, _SOON = timedelta(days=365), timedelta(hours=1), timedelta(minutes=1)


class Stretch(NamedTuple):
    """A stretch of time; `end` none while it lasts."""

    start: datetime
    end: datetime | None

    def holds(self, at: datetime) -> bool:
        return self.start <= at and (self.end is None or at <= self.end)


def follow_batteries(state: State, work: Work) -> None:
    """Takes readings in, and foretells anew what they and the step's alarms touch."""
    sites = _take_readings(state, work)
    moved = [state.alarms[alarm_id] for alarm_id in work.moved]
    sites |= {alarm.site for alarm in (*moved, *work.dropped.values()) if alarm.alarm_type in _TYPES}
    sites |= {site for site in _called(work.due) if state.batteries.due.get(site, state.now) <= state.now}
    if work.restored:
        sites |= {site for site, types in state.at_site.items() if types.get(MAINS)}
    for key in sorted(sites):
        if (site := state.rules.topology.site(key)) is not None:
            _look_at(state, work, site)


def _called(due: Iterable[str]) -> Iterator[str]:
    return (key.removeprefix(_TIMER) for key in due if key.startswith(_TIMER))


def readings_due(state: State, now: datetime) -> dict[str, datetime]:
    """The sites on battery whose turn it is to be read, and since when their readings are not known; counts as read."""
    held, every = state.batteries, state.rules.policy.battery.reading_every
    held.read_at = {site: at for site, at in held.read_at.items() if site in held.forecasts}
    waiting = [site for site in held.forecasts if site not in held.read_at or held.read_at[site] + every <= now]
    turn = sorted(waiting, key=lambda site: (site in held.read_at, held.read_at.get(site, now), site))[:_SITES_AT_ONCE]
    held.read_at |= dict.fromkeys(turn, now)
    return {site: _unknown_since(state, site) for site in turn}


def _unknown_since(state: State, site: str) -> datetime:
    """A little before what is known: what comes late is fetched, too."""
    since = min(alarm.raised_at for alarm in state.alarms_at(site, (MAINS,)))
    known = datetime.fromtimestamp(newest(state.batteries.readings.get(site, {})), UTC)
    return max(since, known - timedelta(seconds=state.rules.policy.windows.reorder_seconds))


def _take_readings(state: State, work: Work) -> set[str]:
    """The sites of which something new was read. With mains, only what a failure to come may want is kept."""
    fresh = set()
    for reading in work.inputs.readings:
        if state.rules.topology.site(reading.site) is None:
            work.changes.ignored.append("reading_without_site")
        elif take_in(state.batteries.readings.setdefault(reading.site, {}), reading):
            fresh.add(reading.site)
    for site in fresh:
        if not _has_mains_alarm(state, site):
            _forget_readings(state, site)
    return fresh


def _has_mains_alarm(state: State, site: str) -> bool:
    return bool(state.at_site.get(site, {}).get(MAINS))


def _forget_readings(state: State, site: str) -> None:
    """But for those of the reorder window, which a failure that is yet to be heard of may want."""
    if not (held := state.batteries.readings.get(site)):
        return  # nobody measures anything there
    since = int((state.now - 2 * timedelta(seconds=state.rules.policy.windows.reorder_seconds)).timestamp())
    for key in list(held):
        held[key].forget_before(since)
        if not held[key].points:
            del held[key]
    if not held:
        del state.batteries.readings[site]


def _look_at(state: State, work: Work, site: Site) -> None:
    key, held = site.site_id, state.batteries
    if not _has_mains_alarm(state, key):
        _forget_readings(state, key)
        _tell(state, work, key, None)
        return
    if not site.battery_hours:
        return
    spans = stretches_of(state, key)[-_LATEST_SPANS:]
    _keep_history(state, work, site, spans)
    _tell(state, work, key, _told(state, site, spans[-1]) if spans else None)
    if spans and spans[-1].start > state.now:
        _ask(state, key, spans[-1].start)
    elif key in held.readings and key not in held.forecasts:
        _ask(state, key, state.now + state.rules.policy.memory)


def stretches_of(state: State, site: str) -> list[Stretch]:
    """When the site ran on its battery, as far as its alarms are remembered, in order."""
    mains = _union(_times(state.alarms_at(site, (MAINS,))))
    generator = _union(_times(state.alarms_at(site, (GENSET,))))
    discharging = _union(_times(state.alarms_at(site, (DISCHARGING,))))
    spans: list[Stretch] = []
    for away in mains:
        pauses = _union([*generator, *_pauses(discharging, away.start)])
        spans += _without(away, pauses) if pauses else [away]
    return spans


def _times(alarms: Iterable[Alarm]) -> list[Stretch]:
    return [Stretch(alarm.raised_at, alarm.cleared_at) for alarm in alarms]


def _union(spans: Iterable[Stretch]) -> list[Stretch]:
    merged: list[Stretch] = []
    for span in sorted(spans, key=lambda span: span.start):
        if merged and merged[-1].holds(span.start):
            ends = [end for end in (merged[-1].end, span.end) if end is not None]
            merged[-1] = Stretch(merged[-1].start, max(ends) if len(ends) == 2 else None)
        else:
            merged.append(span)
    return merged


def _pauses(discharging: list[Stretch], since: datetime) -> Iterator[Stretch]:
    """When the battery had discharged after mains went and no longer did: something carries the site, unseen."""
    later = [span for span in discharging if span.end is None or span.end > since]
    for place, span in enumerate(later):
        if span.end is not None:
            yield Stretch(span.end, later[place + 1].start if place + 1 < len(later) else None)


def _without(span: Stretch, pauses: Iterable[Stretch]) -> Iterator[Stretch]:
    """What is left of a span; the pauses are in order and apart."""
    start = span.start
    for pause in pauses:
        if span.end is not None and pause.start >= span.end:
            break
        if pause.start > start:
            yield Stretch(start, pause.start)
        if pause.end is None:
            return
        start = max(start, pause.end)
    if span.end is None or start < span.end:
        yield Stretch(start, span.end)


# what is foretold ----------------------------------------------------------------------------------------------------


def _told(state: State, site: Site, span: Stretch) -> Forecast | None:
    """What is to be told of this discharge: what was, until that is noticeably off; none when the discharge is over.

    It is looked at as of the last news of it, a time of what was told that has passed being news, too. So it does not
    matter when that is done, how often, or whether there was a restart.
    """
    if span.end is not None or span.start > state.now or _first(state, site.site_id, span, _EMPTY) is not None:
        return None
    told = state.batteries.forecasts.get(site.site_id)
    if told is not None and told.as_of < span.start:
        told = None  # of an earlier discharge
    for _ in range(_MOST_LOOKS):
        for at in _news(state, site.site_id, span, told):
            if (now := _foretold(state, site, span, at)) is None:
                return None
            if told is None or (now != told and _noticeable(told, now, at, state.rules.policy.battery)):
                told = now
                break
        else:
            return told
    return told


def _news(state: State, site: str, span: Stretch, told: Forecast | None) -> list[datetime]:
    """When this discharge is looked at, in order: as it began, at all news since it was told of, or as then again."""
    if told is None:
        return [span.start]
    read = datetime.fromtimestamp(newest(state.batteries.readings.get(site, {})), UTC)
    low = _first(state, site, span, _LOW) or span.start
    times = {read, low, *_passing(told, state.rules.policy.battery)}
    return sorted(at for at in times if told.as_of < at <= state.now) or [told.as_of]


def _passing(told: Forecast, policy: BatteryPolicy) -> Iterator[datetime]:
    """The times of what was told, whose passing is news; not every moment, where they lie close together."""
    soonest = told.as_of + timedelta(minutes=policy.noticeable_minutes)
    return (max(at, soonest) for at in (told.earliest, told.expected, told.latest))


def _foretold(state: State, site: Site, span: Stretch, at: datetime) -> Forecast | None:
    """When this discharge empties the battery, as it looks at that time."""
    if (found := left(site.battery_hours, *_measured(state, site, span, at), state.rules.policy.battery)) is None:
        return None
    return Forecast(
        expected=_after(span.start, at, found.expected),
        earliest=_after(span.start, at, found.earliest),
        latest=_after(span.start, at, found.latest),
        basis=found.basis,
        as_of=at,
    )


def _after(start: datetime, now: datetime, hours: float) -> datetime:
    """In whole seconds after the discharge began: the same however long after it this was worked out."""
    return start + timedelta(seconds=round((now - start).total_seconds() + hours * 3600))


def _measured(state: State, site: Site, span: Stretch, until: datetime) -> tuple[float, list[Past], Course]:
    """With which charge the discharge began, what those before it gave, and what was measured of it by that time."""
    policy = state.rules.policy.battery
    earlier = [one for one in state.batteries.history.get(site.site_id, ()) if one.ended_at <= span.start]
    low = _first(state, site.site_id, Stretch(span.start, until), _LOW)
    load = site.load_kw or next((one.load_kw for one in reversed(earlier) if one.load_kw), None)
    course = course_of(state.batteries.readings.get(site.site_id, {}), span.start, until, low, load, policy)
    charge = _charge_at(span.start, earlier, policy.recharge_hours)
    pasts = [_past(one, span.start) for one in earlier if one.stated_hours == site.battery_hours]
    return charge, pasts, course


def _charge_at(at: datetime, earlier: list[Discharge], recharge_hours: float) -> float:
    """What the last discharge left, and what has been charged since it was over."""
    if not earlier:
        return 1.0
    last = earlier[-1]
    return min(1.0, last.charge_left + (at - (last.over_at or at)) / _HOUR / recharge_hours)


def _past(one: Discharge, at: datetime) -> Past:
    share = one.used_hours / (one.stated_hours * one.charge_before)
    return Past(max(0.01, share), one.emptied, (at - one.ended_at) / _YEAR)


def _first(state: State, site: str, span: Stretch, types: Collection[str]) -> datetime | None:
    return min((one.raised_at for one in state.alarms_at(site, types) if span.holds(one.raised_at)), default=None)


def _tell(state: State, work: Work, site: str, told: Forecast | None) -> None:
    """Keeps what is told of a site, to be looked at again when a time of it has passed."""
    held = state.batteries
    before = held.forecasts.pop(site, None)
    if told is None:
        held.due.pop(site, None)
    else:
        held.forecasts[site] = told
        times = _passing(told, state.rules.policy.battery)
        _ask(state, site, min((at for at in times if at > state.now), default=state.now + _SOON))
    if told != before:
        mains = state.alarms_at(site, (MAINS,))
        work.incidents |= {alarm.incident_id for alarm in mains if alarm.incident_id is not None}


def _noticeable(before: Forecast, now: Forecast, at: datetime, policy: BatteryPolicy) -> bool:
    """The interval may move by twice as much: nobody drives by its ends."""
    remains = max(timedelta(), now.expected - at)
    enough = max(timedelta(minutes=policy.noticeable_minutes), policy.noticeable_share * remains)
    ends = (now.earliest - before.earliest, now.latest - before.latest)
    return (
        before.expected <= at
        or abs(now.expected - before.expected) >= enough
        or any(abs(moved) >= 2 * enough for moved in ends)
    )


def _ask(state: State, site: str, at: datetime) -> None:
    """Only the last time that was asked for counts."""
    state.batteries.due[site] = at
    state.look_again(at, _TIMER + site)


# what becomes history ------------------------------------------------------------------------------------------------


def _keep_history(state: State, work: Work, site: Site, spans: list[Stretch]) -> None:
    """Declares the site's last discharges that are over; what was kept of them before and is no longer so goes."""
    if not spans:
        return
    key = site.site_id
    before = state.batteries.history.get(key, ())
    state.batteries.history[key] = kept = tuple(one for one in before if one.began_at < spans[0].start)
    for span in spans:
        if (one := _over(state, site, span)) is not None:
            state.batteries.history[key] = kept = (*kept, one)
    work.changes.discharges |= {(key, one.began_at) for one in kept if one not in before}
    still = {one.began_at for one in kept}
    work.changes.discharges_gone |= {(key, one.began_at) for one in before if one.began_at not in still}
    state.batteries.history[key] = kept[-state.rules.policy.battery.remembered :]
    if not kept:
        del state.batteries.history[key]


def _over(state: State, site: Site, span: Stretch) -> Discharge | None:
    """A discharge that ended, as it is remembered; none while it lasts, or where it tells nothing."""
    emptied = _first(state, site.site_id, span, _EMPTY)
    ended = emptied or _first(state, site.site_id, span, _SILENT) or span.end
    if ended is None or (emptied is None and span.end is None) or ended <= span.start:
        return None
    charge, pasts, course = _measured(state, site, span, ended)
    policy = state.rules.policy.battery
    wanted = emptied is None and course.used >= policy.least_share * site.battery_hours
    rest = left(site.battery_hours, charge, pasts, course, policy) if wanted else None
    if emptied is None and rest is None:
        return None
    remains = rest.expected * course.rate if rest is not None else 0.0
    return Discharge(
        site_id=site.site_id,
        began_at=span.start,
        ended_at=ended,
        emptied=emptied is not None,
        used_hours=round(course.used, 3),
        stated_hours=float(site.battery_hours),
        charge_before=round(charge, 3),
        charge_left=0.0 if emptied is not None else round(charge * remains / (remains + course.used), 3),
        load_kw=course.load_kw,
        over_at=span.end,
    )
