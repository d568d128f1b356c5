"""One look at surges within the service's batch: learn from hours that are over, then look where people call now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from complaints.surges import store, words
from complaints.surges.baseline import Baseline, Counts, lesson_of
from complaints.surges.model import Call, City, Suspicion, Verdict
from complaints.surges.policy import SurgePolicy
from complaints.surges.watch import look
from guywire import inbox
from guywire.commands.base import Command
from guywire.commands.suspicion import ClearSuspicion, RaiseSuspicion
from guywire.database import Connection

_HOUR = timedelta(hours=1)
_LESSONS_AT_ONCE = 48
_ACTOR = "complaints"


@dataclass(slots=True)
class Outcome:
    """What a look did: ids of suspicions, and how many hours were learned. `more`: there is history left to learn."""

    raised: list[str] = field(default_factory=list)
    widened: list[str] = field(default_factory=list)
    cleared: list[str] = field(default_factory=list)
    learned: int = 0
    more: bool = False


async def step(connection: Connection, now: datetime, policy: SurgePolicy) -> Outcome:
    """Learns and looks, every `step_seconds`; asks alarm_correlation for alarms. Belongs into a transaction.

    A rise becomes a suspicion and its alarm; what is over, or known by other alarms, is cleared.
    """
    outcome = Outcome()
    row = await (await connection.execute("SELECT * FROM complaints.surge_clock FOR UPDATE")).fetchone()
    assert row is not None
    if row["looked_at"] is not None and timedelta(0) <= now - row["looked_at"] < timedelta(seconds=policy.step_seconds):
        return outcome
    learned_until = await _learn(connection, row["learned_until"], now, policy, outcome)
    if not outcome.more:  # what is usual is not known yet
        await _look(connection, now, policy, outcome)
    await connection.execute(
        "UPDATE complaints.surge_clock SET looked_at = %s, learned_until = %s",
        (None if outcome.more else now, learned_until),
    )
    return outcome


async def _learn(
    connection: Connection, until: datetime | None, now: datetime, policy: SurgePolicy, outcome: Outcome
) -> datetime:
    """Takes in the hours that are over and settled; returns up to when history is learned now."""
    settled = _full_hour(now) - policy.settle_hours * _HOUR
    if until is None:
        first = await store.first_call(connection)
        until = min(settled, _full_hour(first)) if first is not None else settled
    end = min(settled, until + _LESSONS_AT_ONCE * _HOUR)
    outcome.more = end < settled
    if until >= end:
        return until
    cities = (await store.places(connection, policy)).cities
    by_hour: Mapping[datetime, list[Call]] = await _by_hour(connection, until, end, policy)
    counts = await store.counts_of(connection, cities, end, policy)
    held = await store.suspicions(connection, until)
    while until < end:
        hidden = {site for one in held if _stood(one, until) for site in one.suspicion.rise.zone}
        lessons = [
            lesson_of(until, by_hour.get(until, ()), hidden, Baseline(city, counts[domain], policy), city)
            for domain, city in cities.items()
        ]
        for domain, lesson in zip(cities, lessons, strict=True):
            counts[domain].add(lesson)
        await store.add_lessons(connection, lessons, until, policy)
        until += _HOUR
        outcome.learned += 1
    return until


def _stood(one: store.Held, hour: datetime) -> bool:
    return one.suspicion.rise.since < hour + _HOUR and (one.cleared_at is None or one.cleared_at > hour)


async def _by_hour(
    connection: Connection, since: datetime, until: datetime, policy: SurgePolicy
) -> dict[datetime, list[Call]]:
    """Each caller once an hour."""
    found: dict[datetime, dict[str, Call]] = defaultdict(dict)
    for call in await store.calls_between(connection, since, until, policy):
        found[_full_hour(call.at)].setdefault(call.caller, call)
    return {hour: list(calls.values()) for hour, calls in found.items()}


async def _look(connection: Connection, now: datetime, policy: SurgePolicy, outcome: Outcome) -> None:
    since = now - timedelta(minutes=policy.longest_minutes)
    calls = await store.calls_between(connection, since, now, policy)
    held = [one for one in await store.suspicions(connection, now) if one.cleared_at is None]
    if not held and sum(not call.incident for call in calls) < policy.least_calls:
        return
    there = await store.places(connection, policy)
    by_domain: dict[str, list[Call]] = defaultdict(list)
    for call in calls:
        if (domain := there.domain_of.get(call.site)) is not None:
            by_domain[domain].append(call)
    domains = {domain for domain, found in by_domain.items() if len(found) >= policy.least_calls}
    domains = (domains | {one.domain for one in held}) & there.cities.keys()
    counts = await store.counts_of(connection, domains, now, policy)
    for domain in sorted(domains):
        standing = [one.suspicion for one in held if one.domain == domain]
        verdict = await _look_at(
            connection, there.cities[domain], counts[domain], by_domain[domain], standing, now, policy
        )
        await _carry_out(connection, verdict, domain, now, outcome)


async def _look_at(
    connection: Connection,
    city: City,
    counts: Counts,
    calls: Sequence[Call],
    standing: Sequence[Suspicion],
    now: datetime,
    policy: SurgePolicy,
) -> Verdict:
    centres = {call.site for call in calls if not call.incident} | {one.rise.site for one in standing}
    sites = {site for centre in centres & city.area_of.keys() for site in city.around[centre]}
    known = await store.known_outages(connection, sites, now)
    return look(city, Baseline(city, counts, policy), calls, known, standing, now, policy)


async def _carry_out(connection: Connection, verdict: Verdict, domain: str, now: datetime, outcome: Outcome) -> None:
    for rise, beyond in verdict.raised:
        one = Suspicion(await store.next_id(connection), rise, now, now, beyond)
        await _tell(connection, one, await store.put_suspicion(connection, one, domain))
        outcome.raised.append(one.suspicion_id)
    for one, wider in verdict.changed:
        version = await store.put_suspicion(connection, one, domain)
        if wider:
            await _tell(connection, one, version)
            outcome.widened.append(one.suspicion_id)
    for done in verdict.cleared:
        rise = done.suspicion.rise
        await store.end_suspicion(connection, done, now)
        command = ClearSuspicion(site=rise.site, tenant=rise.tenant, text=words.cleared(done))
        await _ask(connection, command, f"{done.suspicion.suspicion_id}:cleared")
        outcome.cleared.append(done.suspicion.suspicion_id)


async def _tell(connection: Connection, one: Suspicion, version: int) -> None:
    rise = one.rise
    command = RaiseSuspicion(
        site=rise.site,
        tenant=rise.tenant,
        since=rise.since,
        text=words.reason(rise, one.beyond)["en"],
        details=words.details(one),
    )
    await _ask(connection, command, f"{one.suspicion_id}:{version}")


async def _ask(connection: Connection, command: Command, key: str) -> None:
    await inbox.put(connection, command, _ACTOR, key=f"suspicion:{key}")


def _full_hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
