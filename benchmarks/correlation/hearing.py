"""From what is wrong to what is heard: delays, silence, losses, lateness, repeats and wrong clocks."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from random import Random
from typing import NamedTuple

from benchmarks.correlation.family import Ears
from benchmarks.correlation.province import Province, Traits
from benchmarks.correlation.silence import joined
from benchmarks.correlation.truth import Occurrence
from benchmarks.correlation.world import Broken, Condition, Reporter, World
from guywire.model import Identity


class Report(NamedTuple):
    """One thing that arrives: times in seconds since the storm began, receipt first so that reports sort by it."""

    received: float
    at: float
    identity: Identity
    clears: bool


class Silences:
    """When each place cannot speak, as disjoint times in order."""

    def __init__(self, broken: Iterable[Broken]) -> None:
        times: dict[str, list[Broken]] = defaultdict(list)
        for one in broken:
            times[one.what].append(one)
        self._ends = {what: [(one.start, one.end) for one in joined(found)] for what, found in times.items()}

    def speaks_at(self, what: str, at: float) -> float:
        """`at`, or the end of the silence into which it falls."""
        ends = self._ends.get(what, [])
        place = bisect_right(ends, (at, float("inf"))) - 1
        return ends[place][1] if place >= 0 and at < ends[place][1] else at


class _Hearing:
    def __init__(self, world: World, away: list[Broken]) -> None:
        self.ears: Ears = world.family.ears
        self.chance: Random = world.chance
        self.province: Province = world.province
        self.links = Silences(away)
        self.controllers = Silences(world.mute_controllers)
        self.dead = Silences(world.dead_sites)
        self.deaf = _Bursts(self.ears, self.chance)
        self.sent = 0

    def hear(self, one: Condition) -> tuple[Occurrence, list[Report]]:
        told = Occurrence(one.identity, one.fault, one.start, one.end, one.is_root)
        sent = list(self._sent(one))
        every = self._traits(one).repeats_every
        if sent and every and one.by is Reporter.CONTROLLER and one.end is not None:
            sent += self._said_again(one, sent, every)
        return told, [report for send in sent for report in self._arrived(one, told, *send)]

    def _sent(self, one: Condition) -> Iterator[tuple[float, bool]]:
        """When the raise and the clear leave the device; nothing of what was over before it was noticed."""
        noticed = self._noticed(one, one.start)
        if noticed is None or (one.end is not None and noticed >= one.end):
            return
        yield noticed, False
        if one.end is not None and (gone := self._noticed(one, max(one.end, noticed + 0.5))) is not None:
            yield gone, True

    def _noticed(self, one: Condition, at: float) -> float | None:
        """The moment at which the reporter can say so; none if it never does."""
        heard = at + self._delay(one.by)
        if one.by in (Reporter.TENANT, Reporter.COLLECTOR):
            return heard
        free = self._free(one, heard)
        if free == heard:
            return heard
        return free + self.ears.resync.draw(self.chance) if self.chance.random() < self.ears.resyncs else None

    def _free(self, one: Condition, at: float) -> float:
        """The first moment from then on at which the reporter lives and can be reached."""
        site, controller = one.identity.site, one.by is Reporter.CONTROLLER
        own_way = controller and self._traits(one).own_modem
        while True:
            later = self.controllers.speaks_at(site, at) if controller else self.dead.speaks_at(site, at)
            if not own_way:
                later = self.links.speaks_at(site, later)
            if later == at:
                return at
            at = later

    def _said_again(self, one: Condition, sent: list[tuple[float, bool]], every: float) -> list[tuple[float, bool]]:
        begins = sent[0][0]
        ends = sent[1][0] if len(sent) > 1 else begins + 3 * every  # its clear is never said
        again = [begins + every * turn for turn in range(1, min(12, int((ends - begins) / every)) + 1)]
        return [(at, False) for at in again if at < ends and self._free(one, at) == at]

    def _arrived(self, one: Condition, told: Occurrence, sent: float, clears: bool) -> Iterator[Report]:
        """The datagrams that come of one report: none, one or two; and what the truth notes of it."""
        ears, chance = self.ears, self.chance
        late = ears.late_by.draw(chance) if chance.random() < ears.late else 0.0
        for _ in range(2 if chance.random() < ears.doubled else 1):
            received = sent + ears.transit.draw(chance) + late
            at = self._clock(one, sent, received)
            self.sent += 1
            if self.deaf.lost(received):
                continue
            if clears:
                told.cleared_heard = min(received, told.cleared_heard or received)
            elif at not in told.raises:
                told.raises.append(at)
                told.first_heard = min(received, told.first_heard or received)
            yield Report(received, at, one.identity, clears)

    def _clock(self, one: Condition, sent: float, received: float) -> float:
        """The source time that the report carries; the receipt's where the device has no clock."""
        if one.by in (Reporter.TENANT, Reporter.COLLECTOR):
            return round(sent, 3)
        traits = self._traits(one)
        return round(sent + traits.skew if traits.has_clock else received, 3)

    def _delay(self, by: Reporter) -> float:
        spreads = {
            Reporter.CONTROLLER: self.ears.controller,
            Reporter.RADIO: self.ears.radio,
            Reporter.TENANT: self.ears.tenant,
            Reporter.COLLECTOR: self.ears.collector,
        }
        return spreads[by].draw(self.chance)

    def _traits(self, one: Condition) -> Traits:
        return self.province.traits[one.identity.site]


class _Bursts:
    """What the network loses: each datagram by itself, or all of them in bursts that take the same share of time."""

    def __init__(self, ears: Ears, chance: Random) -> None:
        self._ears, self._chance = ears, chance
        self._seed = chance.getrandbits(64)
        self._times = self._draw() if ears.burst else []

    def _draw(self) -> list[tuple[float, float]]:
        chance, spread, share = Random(self._seed), self._ears.burst, self._ears.lost
        assert spread is not None
        times, at = [], 0.0
        while at < 3 * 86_400:
            length = spread.draw(chance)
            at += length * (1 - share) / share * chance.expovariate(1)
            times.append((at, at + length))
            at += length
        return times

    def lost(self, at: float) -> bool:
        if not self._times:
            return self._chance.random() < self._ears.lost
        place = bisect_right(self._times, (at, float("inf"))) - 1
        return place >= 0 and at < self._times[place][1]


def hear(world: World, away: list[Broken]) -> tuple[list[Occurrence], list[Report], int]:
    """Every alarm as it truly was, with what was heard of it; all reports in the order of their receipt; how many were
    sent."""
    hearing = _Hearing(world, away)
    told: list[Occurrence] = []
    reports: list[Report] = []
    for one in as_alarms(world.conditions):
        alarm, heard = hearing.hear(one)
        told.append(alarm)
        reports += heard
    return told, sorted(reports), hearing.sent


def as_alarms(conditions: Iterable[Condition]) -> list[Condition]:
    """Conditions of one identity that overlap are one alarm, of the fault that began it."""
    by_identity: dict[Identity, list[Condition]] = defaultdict(list)
    for one in conditions:
        by_identity[one.identity].append(one)
    found: list[Condition] = []
    for _, times in sorted(by_identity.items()):
        merged: list[Condition] = []
        for one in sorted(times, key=lambda one: (one.start, one.fault)):
            last = merged[-1] if merged else None
            if last is not None and last.end is not None and one.end is not None and one.start <= last.end:
                merged[-1] = last._replace(end=max(last.end, one.end))
            else:
                merged.append(one)
        found += merged
    return found
