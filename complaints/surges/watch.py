"""What becomes of suspicions at a look: raised, wider, cleared. Pure, and with hysteresis.

It takes much to suspect an outage, and little to go on suspecting it; what is known by then needs no suspicion.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from complaints.surges.baseline import Baseline
from complaints.surges.model import Call, City, Cleared, Rise, Suspicion, Verdict
from complaints.surges.policy import SurgePolicy
from complaints.surges.scan import Scan


def look(
    city: City,
    usual: Baseline,
    calls: Sequence[Call],
    known: Mapping[str, str],
    standing: Sequence[Suspicion],
    now: datetime,
    policy: SurgePolicy,
) -> Verdict:
    """What to tell of a city now. `known` are the sites of open outages, each with its incident."""
    cleared = [done for one in standing if (done := _cleared(one, known)) is not None]
    over = {one.suspicion.suspicion_id for one in cleared}
    held = [one for one in standing if one.suspicion_id not in over]
    scan = Scan(city, usual, calls, known, now, policy)
    wider, rises = _widened(held, scan.rises(), now)
    changed: list[tuple[Suspicion, bool]] = []
    for one in held:
        seen = _seen(wider[one.suspicion_id], scan, now, policy)
        if now - seen.evident_at >= timedelta(minutes=policy.calm_minutes):
            cleared.append(Cleared(seen))
        elif seen != one:
            changed.append((seen, set(seen.rise.sites) != set(one.rise.sites)))
    return Verdict([(rise, _beyond(city, rise, known)) for rise in rises], changed, cleared)


def _cleared(one: Suspicion, known: Mapping[str, str]) -> Cleared | None:
    """An outage at its site is known now."""
    incident = known.get(one.rise.site)
    return Cleared(one, incident) if incident is not None else None


def _widened(
    held: Sequence[Suspicion], rises: Sequence[Rise], now: datetime
) -> tuple[dict[str, Suspicion], list[Rise]]:
    """A rise that shares sites with what is suspected is the same one, which may have become wider."""
    wider = {one.suspicion_id: one for one in held}
    others: list[Rise] = []
    for rise in rises:
        same = next((one for one in wider.values() if not set(one.rise.zone).isdisjoint(rise.zone)), None)
        if same is None:
            others.append(rise)
        else:
            wider[same.suspicion_id] = replace(same, rise=_joined(same.rise, rise), evident_at=now)
    return wider, others


def _joined(before: Rise, now: Rise) -> Rise:
    """The site stays, for its alarm stands there; the extent only grows."""
    return now._replace(
        site=before.site,
        sites=tuple(dict.fromkeys((*before.sites, *now.sites))),
        zone=tuple(dict.fromkeys((*before.zone, *now.zone))),
        tenant=before.tenant,
        since=min(before.since, now.since),
        score=max(before.score, now.score),
    )


def _seen(one: Suspicion, scan: Scan, now: datetime, policy: SurgePolicy) -> Suspicion:
    """As long as chance alone hardly explains the calls of the last while, it is evident."""
    chance = scan.chance(one.rise.sites, one.rise.tenant, policy.keep_minutes)
    return replace(one, evident_at=now) if chance < policy.keep else one


def _beyond(city: City, rise: Rise, known: Mapping[str, str]) -> str:
    """The known incident that is nearest to a rise, among the sites around it."""
    return next((known[site] for site in city.around[rise.site] if known.get(site)), "")
