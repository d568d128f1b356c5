"""Which promise counts for a clock: of the house's own and each tenant's contract the one that is due first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import lru_cache

from dispatch.centre.state import around
from dispatch.clocks.arithmetic import Timer, due_at
from dispatch.clocks.calendars import ALWAYS, FAR, Calendar, as_text, from_text
from dispatch.clocks.kinds import ClockKind
from dispatch.clocks.model import Clock, Contract, Pause, Site, Term
from dispatch.clocks.policy import SlaPolicy
from dispatch.shifts import zone_of
from guywire.weekly import WeeklyError, parse_weekly


class Terms:
    """The terms of a batch: each kind of place is looked up once."""

    def __init__(self, policy: SlaPolicy, contracts: Sequence[Contract]) -> None:
        self._policy = policy
        self._of_tenant: dict[str, list[Contract]] = {}
        for contract in contracts:
            self._of_tenant.setdefault(contract.tenant, []).append(contract)
        self._known: dict[tuple[object, ...], tuple[Term, ...]] = {}

    def at(self, kind: ClockKind, severity: str, site: Site) -> tuple[Term, ...]:
        """Every promise for a site; none where there is no clock."""
        key = (kind, severity, site.site_class, site.region, site.tenants, site.time_zone)
        if key not in self._known:
            self._known[key] = tuple(self._look_up(kind, severity, site))
        return self._known[key]

    def _look_up(self, kind: ClockKind, severity: str, site: Site) -> Iterable[Term]:
        minutes = self._policy.minutes(kind, severity, site.site_class, site.region)
        if minutes is not None:
            calendar = as_text(self._policy.calendar(severity))
            yield Term(minutes, calendar, site.time_zone, "", severity, site.site_class)
        for tenant in site.tenants:
            contract = _contract(self._of_tenant.get(tenant, ()), kind, severity, site.region)
            if contract is not None and (promised := _minutes(contract, kind)) is not None:
                calendar = as_text(_calendar_of(self._policy, contract.calendar))
                yield Term(promised, calendar, site.time_zone, tenant, severity, site.site_class)


def strictest(terms: Iterable[Term], clock: Clock, pauses: Sequence[Pause]) -> Term | None:
    """The one that is due first for this clock; ties by minutes and tenant, so that it is the same at each look."""
    best: dict[tuple[str, str], Term] = {}
    for term in terms:
        by = (term.calendar, term.time_zone if term.calendar else "")
        if by not in best or _rank(term) < _rank(best[by]):
            best[by] = term
    if len(best) < 2:
        return next(iter(best.values()), None)
    return min(best.values(), key=lambda term: (due_at(timer_of(clock, pauses, term)) or FAR, *_rank(term)))


def timer_of(clock: Clock, pauses: Sequence[Pause], term: Term | None = None) -> Timer:
    """What a clock counts by, or would by another term."""
    term = term or clock.term
    return Timer(
        started_at=clock.started_at,
        budget=timedelta(minutes=term.minutes + clock.extended_minutes),
        calendar=from_text(term.calendar),
        zone=zone_of(term.time_zone),
        off=[pause.stretch for pause in pauses],
        stopped_at=clock.stopped_at,
    )


def _rank(term: Term) -> tuple[int, str, str, str]:
    return (term.minutes, term.tenant, term.site_class, term.time_zone)


def _contract(contracts: Sequence[Contract], kind: ClockKind, severity: str, region: str) -> Contract | None:
    """The narrowest one that says something of this clock: by region first, then by severity."""
    said = {
        (contract.region, contract.severity): contract for contract in contracts if _minutes(contract, kind) is not None
    }
    keys = ((path, named) for path in (*around(region), "") for named in (severity, ""))
    return next((said[key] for key in keys if key in said), None)


def _minutes(contract: Contract, kind: ClockKind) -> int | None:
    return {
        ClockKind.ACCEPT: contract.accept,
        ClockKind.ARRIVE: contract.arrive,
        ClockKind.RESTORE: contract.restore,
    }[kind]


def _calendar_of(policy: SlaPolicy, text: str) -> Calendar:
    """By name, or hours as they are written; what cannot be read counts always, so that nothing is promised away."""
    return policy.calendars.get(text) or _written(text.strip())


@lru_cache(maxsize=1024)
def _written(text: str) -> Calendar:
    try:
        parse_weekly(text)
    except WeeklyError:
        return ALWAYS
    return Calendar(weekly=text)
