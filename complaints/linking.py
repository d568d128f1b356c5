"""Which outage explains a complaint, and how well: pure, from who complains and what is affected around them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from complaints.model import Affected, Link, Near, Subject
from complaints.policy import LinkPolicy, Policy


def decide(subject: Subject, affected: Iterable[Affected], policy: Policy) -> Link | None:
    """The best explanation that is good enough, or None.

    A serving site counts most; else an affected site within reach, the nearer the better, and the worse the more
    healthy sites stand nearer. What befalls another tenant's equipment alone explains nothing.
    """
    candidates = [one for one in affected if _concerns(subject.tenant, one)]
    links = [_serving(one, policy) for one in candidates if one.site in subject.sites]
    links += _nearby(subject, candidates, policy)
    good = [link for link in links if link.score >= policy.link.least_score]
    return min(good, key=_preference, default=None)


def reach_km(distances: Sequence[float], policy: LinkPolicy) -> float:
    """How far a place may be served from: a bit further than its few nearest sites, so short in a dense city."""
    nearest = sorted(distances)[: policy.reach_neighbours]
    furthest = nearest[-1] * policy.reach_factor if len(nearest) == policy.reach_neighbours else policy.reach_max_km
    return min(max(furthest, policy.reach_min_km), policy.reach_max_km)


def serves(near: Near, tenant: str) -> bool:
    """Whether the tenant has equipment on that site, as far as the inventory says."""
    return not tenant or not near.tenants or tenant in near.tenants


def _concerns(tenant: str, one: Affected) -> bool:
    return not tenant or not one.only_tenants or tenant in one.only_tenants


def _serving(one: Affected, policy: Policy) -> Link:
    return Link(one, _evidence(one, policy), f"serving site {one.site} {_condition(one)}")


def _nearby(subject: Subject, candidates: Sequence[Affected], policy: Policy) -> list[Link]:
    around = [near for near in subject.near if serves(near, subject.tenant)]
    reach = reach_km([near.distance_km for near in around], policy.link)
    sick = {one.site for one in candidates}
    links: list[Link] = []
    healthy_nearer = 0
    for near in around:
        if near.distance_km > reach:
            break
        here = [one for one in candidates if one.site == near.site and one.site not in subject.sites]
        links += [_near(one, near.distance_km, reach, healthy_nearer, policy) for one in here]
        healthy_nearer += near.site not in sick
    return links


def _near(one: Affected, distance_km: float, reach: float, healthy_nearer: int, policy: Policy) -> Link:
    closeness = (1 - 0.5 * distance_km / reach) / (1 + policy.link.healthy_nearer * healthy_nearer)
    score = _evidence(one, policy) * policy.link.near_weight * closeness
    reason = f"site {one.site}, {distance_km:.1f} km away, {_condition(one)}"
    if healthy_nearer:
        reason += f"; nearer sites that are well: {healthy_nearer}"
    return Link(one, score, reason, distance_km)


def _evidence(one: Affected, policy: Policy) -> float:
    """How sure it is that the site gives no service: certain when it is down, less when it is predicted or over."""
    alarms = max((policy.cause_of(alarm.alarm_type).explains for alarm in one.standing), default=0.0)
    if one.is_over:
        return policy.link.ended_weight
    if one.started_at and not one.ended_at:
        return 1.0
    return max(alarms, policy.link.predicted_weight if one.has_outage and not one.ended_at else 0.0)


def _condition(one: Affected) -> str:
    if one.is_over:
        return f"had an outage that is over (incident {one.incident})"
    if one.started_at and not one.ended_at:
        return f"is down since {one.started_at:%Y-%m-%d %H:%M} UTC (incident {one.incident})"
    if one.predicted_at and not one.ended_at:
        return f"is predicted to go down at {one.predicted_at:%Y-%m-%d %H:%M} UTC (incident {one.incident})"
    types = ", ".join(sorted({alarm.alarm_type for alarm in one.standing})) or "an outage"
    return f"has {types} (incident {one.incident})"


def _preference(link: Link) -> tuple[float, float, str, str]:
    """The best first: score, then the older incident, then names, so that the answer never depends on order."""
    one = link.affected
    return -round(link.score, 6), one.opened_at.timestamp(), one.incident, one.site
