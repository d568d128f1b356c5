"""The storms of the correlation benchmark are what they claim: seeded, true to their truth, and badly heard."""

from __future__ import annotations

import ast
from collections import Counter
from datetime import timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from benchmarks.correlation import baselines, correlator, oracle
from benchmarks.correlation.draw import Spread, exponential, gamma, lognormal, uniform, weibull
from benchmarks.correlation.family import DEVELOPMENT, Family
from benchmarks.correlation.faults import KINDS
from benchmarks.correlation.held_back import HELD_BACK
from benchmarks.correlation.province import make_province
from benchmarks.correlation.reach import cut_off
from benchmarks.correlation.run import Job, Outcome, run
from benchmarks.correlation.scores import score
from benchmarks.correlation.storm import Storm, lines, make_storm, write_storm
from benchmarks.correlation.table import table
from benchmarks.correlation.truth import ANY
from benchmarks.correlation.world import Broken
from benchmarks.processes import run_all
from guywire.catalogue import CATALOGUE
from guywire.inventory.csv_files import read_inventory
from guywire.inventory.topology import Topology

PACKAGE = Path(__file__).parents[3] / "benchmarks" / "correlation"
FAMILIES = [DEVELOPMENT, HELD_BACK]


@cache
def storm(seed: int = 1, family: Family = DEVELOPMENT) -> Storm:
    return make_storm(family, seed, sites=400, faults=25)


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def test_only_the_adapter_knows_the_correlator() -> None:
    knowing = {path.name for path in PACKAGE.glob("*.py") if any("alarm_correlation" in name for name in imports(path))}
    assert knowing == {"correlator.py"}


def test_nothing_that_makes_a_storm_knows_the_adapter_or_reads_the_correlators_files() -> None:
    makers = {"draw", "family", "held_back", "province", "world", "power", "faults", "reach", "silence", "hearing"}
    for name in makers | {"storm", "truth"}:
        path = PACKAGE / f"{name}.py"
        assert not any("correlator" in used for used in imports(path)), name
        assert ".toml" not in path.read_text("utf-8"), name


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_the_same_seed_gives_the_same_storm_and_another_seed_another(family: Family) -> None:
    first, again = storm(3, family), make_storm(family, 3, sites=400, faults=25)
    assert first.reports == again.reports
    assert first.truth == again.truth
    assert first.province.inventory == again.province.inventory
    assert storm(4, family).reports != first.reports


def test_the_families_tell_different_storms_of_one_seed() -> None:
    assert storm(3, HELD_BACK).reports != storm(3).reports


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_every_report_belongs_to_one_fault_and_every_heard_alarm_was_reported(family: Family) -> None:
    made = storm(1, family)
    raised = Counter((one.identity, at) for one in made.truth.occurrences for at in one.raises)
    reported = {(one.identity, one.at) for one in made.reports if not one.clears}
    assert raised.keys() == reported
    assert set(raised.values()) == {1}
    assert {one.fault for one in made.truth.occurrences} <= made.truth.faults.keys()


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_the_roots_of_the_truth_exist(family: Family) -> None:
    inventory = storm(1, family).province.inventory
    for fault in storm(1, family).truth.faults.values():
        for name in (*fault.names, *fault.unheard_names):
            assert name.site in inventory.sites or name.site in ("", ANY)
            assert name.alarm_type == ANY or name.alarm_type in CATALOGUE
            if name.resource.startswith("feed:"):
                assert name.resource.removeprefix("feed:") in inventory.power_feeds
            elif name.resource.startswith("link:"):
                assert name.resource.removeprefix("link:") in inventory.links


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_root_alarm_names_its_fault_and_no_effect_comes_before_its_fault(family: Family) -> None:
    made = storm(1, family)
    for one in made.truth.occurrences:
        fault = made.truth.faults[one.fault]
        assert one.start >= fault.start
        if one.is_root:
            names = (*fault.names, *fault.unheard_names)
            assert any(name.names(type(name)(*one.identity)) for name in names), (fault, one)


def test_every_alarm_type_and_site_of_a_recording_is_known() -> None:
    inventory = storm().province.inventory
    for line in lines(storm()):
        if "site" in line:
            assert line["site"] in inventory.sites
            assert line["alarm_type"] in CATALOGUE


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_tenth_of_all_reports_is_lost(family: Family) -> None:
    storms = [storm(seed, family) for seed in range(1, 7)]
    sent, heard = sum(one.sent for one in storms), sum(len(one.reports) for one in storms)
    assert sent > 2_000
    assert 1 - heard / sent == pytest.approx(0.10, abs=0.025)


def test_reports_come_late_twice_and_out_of_order() -> None:
    storms = [storm(seed).reports for seed in range(6)]
    assert all(reports == sorted(reports) for reports in storms)
    assert all(len({(one.identity, one.at, one.clears) for one in reports}) < len(reports) for reports in storms)
    assert all(any(later.at < earlier.at - 5 for earlier, later in pairwise(reports)) for reports in storms)
    assert max(one.received - one.at for reports in storms for one in reports) > 90


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_every_kind_of_fault_comes_about(family: Family) -> None:
    assert set(family.mix.kinds) == set(KINDS)
    kinds = {fault.kind for seed in range(8) for fault in storm(seed, family).truth.faults.values()}
    assert kinds == set(KINDS)


def test_a_dead_hub_says_nothing_itself() -> None:
    """Neither its controller nor its radios; others speak of it."""
    for seed in range(8):
        for number, fault in storm(seed).truth.faults.items():
            if fault.kind != "dead-hub":
                continue
            mine = [one for one in storm(seed).truth.occurrences if one.fault == number]
            own = {one.identity.alarm_type for one in mine if one.identity.site == fault.place and one.heard}
            assert own <= {"base-station-down", "cell-down", "site-unreachable", "fsu-offline"}
            assert {one.identity.site for one in mine} - {fault.place}


def test_nobody_is_heard_while_the_site_is_cut_off() -> None:
    """But by a modem of its own; tenants and the collector speak for themselves."""
    others = {"base-station-down", "cell-down", "das-failure", "site-unreachable", "fsu-offline"}
    begun = 0
    for seed in range(12):
        made = storm(seed)
        topology = Topology(made.province.inventory)
        hubs = [fault for fault in made.truth.faults.values() if fault.kind == "dead-hub"]
        for one in made.truth.occurrences:
            for hub in hubs:
                during = hub.start < one.start < hub.end and one.identity.alarm_type not in others
                site = one.identity.site
                if not during or made.province.traits[site].own_modem or topology.connected(site, (), {hub.place}):
                    continue
                begun += 1
                assert one.first_heard is None or one.first_heard >= hub.end, one
    assert begun >= 5


def test_who_is_cut_off_agrees_with_the_topology_that_everybody_uses() -> None:
    """Two independent readings of the same province, at every moment at which something breaks or is mended."""
    province = storm().province
    topology = Topology(province.inventory)
    chance = Random(5)
    cables = [
        Broken(name, start := chance.uniform(0, 50), start + 20, 1) for name in chance.sample([*province.cables], 9)
    ]
    dead = [Broken(hub, start := chance.uniform(0, 50), start + 20, 2) for hub in chance.sample(province.hubs, 3)]
    away = cut_off(province, dead, cables)
    assert away
    for at in sorted(one.start + 0.001 for one in (*cables, *dead)):
        broken = {row for one in cables if one.start <= at < one.end for row in (one.what, f"{one.what}-r")}
        gone = {one.what for one in dead if one.start <= at < one.end}
        lost = {site for site in province.inventory.sites if not topology.connected(site, broken, gone)} | gone
        assert lost == {one.what for one in away if one.start <= at < one.end}


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_every_site_of_a_whole_province_has_a_way_up(family: Family) -> None:
    for seed in range(6):
        topology = Topology(make_province(family, Random(seed), 400).inventory)
        assert all(topology.connected(site, (), ()) for site in topology.sites)


def test_what_is_written_is_read_back_as_the_same_inventory(tmp_path: Path) -> None:
    write_storm(storm(), tmp_path)
    assert read_inventory(tmp_path / "inventory").links == storm().province.inventory.links
    assert len((tmp_path / "events.jsonl").read_text("utf-8").splitlines()) == sum(1 for _ in lines(storm()))


@pytest.mark.parametrize(
    "spread",
    [lognormal(50, 0.7), gamma(50, 2), gamma(50, 6), exponential(50), weibull(50, 1.4), uniform(20, 80)],
    ids=lambda spread: spread.kind,
)
def test_half_of_a_spread_lies_below_its_median(spread: Spread) -> None:
    chance = Random(7)
    below = sum(spread.draw(chance) < spread.median for _ in range(20_000)) / 20_000
    assert below == pytest.approx(0.5, abs=0.03)


def test_a_spread_keeps_its_bounds() -> None:
    chance = Random(7)
    drawn = [lognormal(10, 2, 5, 20).draw(chance) for _ in range(1_000)]
    assert min(drawn) == 5
    assert max(drawn) == 20


def test_no_way_of_grouping_beats_the_oracle() -> None:
    made = storm(2)
    best = score("f", 2, 400, made.truth, oracle.judge(made.truth))
    assert best.adjusted_rand == 1.0
    others = [correlator.judge(made), *baselines.judge(made)]
    for verdict in others:
        scored = score("f", 2, 400, made.truth, verdict)
        assert scored.adjusted_rand < 1
        assert sum(one.right for one in scored.faults) <= sum(one.right for one in best.faults)


def test_alecs_distance_reaches_as_far_as_its_published_settings_say() -> None:
    published = baselines.PUBLISHED
    assert published.alpha * published.beta * published.minutes == pytest.approx(published.epsilon)
    assert published.alpha * (1 - published.beta) * published.hops == pytest.approx(published.epsilon)
    wider = baselines.reaching(5, 1.5)
    assert [wider.minutes, wider.hops] == pytest.approx([5, 1.5])


def test_groups_by_density_are_those_of_comparing_every_pair() -> None:
    made = storm(2)
    alarms, setting = made.truth.heard()[:150], baselines.reaching(15, 2.5)
    fast = {frozenset(places) for places in baselines.by_density(alarms, made.province, setting)}
    assert fast == _by_pairs(made, setting)


def _by_pairs(made: Storm, setting: baselines.Density) -> set[frozenset[int]]:
    alarms = made.truth.heard()[:150]
    groups = [{place} for place in range(len(alarms))]
    for one in range(len(alarms)):
        for other in range(one):
            minutes = abs(min(alarms[one].raises) - min(alarms[other].raises)) / 60
            hops = _hops(made, alarms[one].identity.site, alarms[other].identity.site)
            distance = setting.alpha * (setting.beta * minutes + (1 - setting.beta) * hops)
            if distance <= setting.epsilon and groups[one] is not groups[other]:
                groups[one] |= groups[other]
                for place in groups[one]:
                    groups[place] = groups[one]
    return {frozenset(group) for group in groups}


def _hops(made: Storm, one: str, other: str) -> float:
    edge, seen = {one}, {one}
    for hops in range(4):
        if other in edge:
            return hops
        edge = {near for here in edge for near in made.province.neighbours(here)} - seen
        seen |= edge
    return float("inf")


def test_a_run_is_the_same_on_one_process_and_on_two() -> None:
    jobs = [Job(DEVELOPMENT, seed, sites=300, faults=3, compare=False, worst=2) for seed in (1, 2)]
    one, two = ([_timeless(outcome) for outcome in run_all(run, jobs, processes)] for processes in (1, 2))
    assert one == two


def _timeless(outcome: Outcome) -> Outcome:
    return outcome._replace(scores=[one._replace(seconds=0) for one in outcome.scores])


def test_the_table_has_a_line_for_each_way_with_all_its_columns() -> None:
    head, _, *rows = table([run(Job(DEVELOPMENT, 1, sites=300, faults=3))])
    ways = [row.split(" |")[0].removeprefix("| ").split(":")[0] for row in rows]
    groupings = ["by site", "time window", "ALEC as published", "ALEC tuned"]
    expected = [f"{name}, {guess}" for name in groupings for guess in ("earliest", "nearest the core")]
    assert ways == ["guywire", "oracle", *expected]
    assert {row.count("|") for row in rows} == {head.count("|")}


def test_a_tick_comes_at_least_every_fifteen_seconds_of_a_recording() -> None:
    times = [line["at"] if "kind" in line else line["received_at"] for line in lines(storm())]
    assert times == sorted(times)
    assert max(later - earlier for earlier, later in pairwise(times)) <= timedelta(seconds=15)
