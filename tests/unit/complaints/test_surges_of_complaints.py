"""When calls are a surge: against what is usual for the place and the hour, with little said for nothing."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from complaints.policy import shipped_policy
from complaints.surges.baseline import Baseline, Counts, Key, lesson_of, weight_at
from complaints.surges.model import Call, Rise, Suspicion, Verdict
from complaints.surges.places import city_of
from complaints.surges.watch import look
from complaints.surges.words import details, reason

POLICY = shipped_policy().surge
NOW = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)  # a Wednesday, 20:00 in Shanghai
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
SITES = {
    f"S{row}{column}": (f"a{row // 5}", 31 + row / 100, 121 + column / 100) for row in range(10) for column in range(10)
}
CITY = city_of("p/c", ZoneInfo("Asia/Shanghai"), SITES, POLICY.zone_sites[-1], POLICY.zone_km)


def usual(calls_an_hour: float = 2.0, **sites: float) -> Baseline:
    """A city that has been calling so often for eight weeks, some of its sites more than others."""
    counts = Counts()
    for cell in range(168):
        counts.events[Key("p/c", "hour", cell=cell)] = calls_an_hour * 8
        counts.hours[Key("p/c", "hour", cell=cell)] = 8
    total = calls_an_hour * 8 * 168
    for site, (area, _, _) in SITES.items():
        mine = sites.get(site, total / len(SITES))
        counts.events[Key("p/c", "site", site)] = mine
        counts.events[Key("p/c", "area", area)] += mine
    counts.events[Key("p/c", "tenant", "mobile")] = total / 2
    counts.events[Key("p/c", "tenant", "unicom")] = total / 2
    return Baseline(CITY, counts, POLICY)


def calls(
    number: int, site: str, minutes: float = 15, tenant: str = "", incident: str = "", at: datetime = NOW
) -> list[Call]:
    return [
        Call(at - n * minutes / number * MINUTE, f"{site}{n}{tenant}", site, tenant, incident) for n in range(number)
    ]


def seen(
    heard: Sequence[Call],
    standing: Sequence[Suspicion] = (),
    now: datetime = NOW,
    base: Baseline | None = None,
    **known: str,
) -> Verdict:
    return look(CITY, base or usual(), heard, known, standing, now, POLICY)


def standing(rise: Rise, now: datetime = NOW) -> Suspicion:
    return Suspicion("U1", rise, now, now)


def test_many_calls_from_one_site_are_suspected_there() -> None:
    [(rise, beyond)] = seen(calls(8, "S55")).raised
    assert (rise.site, rise.sites, beyond) == ("S55", ("S55",), "")
    assert rise.observed == 8
    assert rise.score > 0


def test_calls_as_usual_are_not() -> None:
    spread = [call for n in range(12) for call in calls(1, f"S{n % 10}{n % 7}", at=NOW - n * 5 * MINUTE)]
    assert not seen(spread).raised


def test_what_is_much_for_a_quiet_site_is_usual_for_a_busy_one() -> None:
    heard = calls(6, "S55", 60)
    assert seen(heard).raised
    assert not seen(heard, base=usual(10.0, S55=2500)).raised


def test_a_few_calls_from_each_of_several_neighbours_are_one_rise() -> None:
    heard = [call for site in ("S44", "S45", "S54", "S55") for call in calls(3, site, 20)]
    [(rise, _)] = seen(heard).raised
    assert set(rise.sites) == {"S44", "S45", "S54", "S55"}


def test_when_the_whole_city_calls_no_place_stands_out() -> None:
    everywhere = [call for site in SITES for call in calls(1, site, at=NOW - hash_of(site) * MINUTE)]
    assert not seen(everywhere).raised
    assert seen([*everywhere, *calls(25, "S55", 30)]).raised


def hash_of(site: str) -> int:
    return (int(site[1]) * 37 + int(site[2]) * 11) % 55


def test_one_tenants_customers_are_told_from_all() -> None:
    [(rise, _)] = seen(calls(6, "S55", tenant="unicom")).raised
    assert rise.tenant == "unicom"


def test_one_who_calls_again_and_again_is_one() -> None:
    assert not seen([call._replace(caller="x") for call in calls(9, "S55")]).raised


def test_what_a_known_outage_explains_does_not_count_and_its_site_is_left_out() -> None:
    assert not seen(calls(8, "S55", incident="I1")).raised
    assert not seen(calls(8, "S55"), S55="I1").raised


def test_a_rise_beyond_a_known_outage_names_it() -> None:
    [(rise, beyond)] = seen(calls(8, "S56"), S55="I1").raised
    assert (rise.site, beyond) == ("S56", "I1")
    assert "超出故障 I1 的已知范围" in reason(rise, beyond)["zh"]


def test_what_is_suspected_is_not_raised_again_and_grows() -> None:
    [(rise, _)] = seen(calls(8, "S55")).raised
    later = NOW + 5 * MINUTE
    verdict = seen([*calls(8, "S55"), *calls(5, "S56", 5, at=later)], [standing(rise)], later)
    [(wider, told_anew)] = verdict.changed
    assert not verdict.raised
    assert told_anew
    assert wider.rise.site == "S55"
    assert set(wider.rise.sites) == {"S55", "S56"}


def test_it_is_cleared_a_while_after_calls_are_as_usual_again_and_not_before() -> None:
    [(rise, _)] = seen(calls(8, "S55")).raised
    before = seen(calls(8, "S55"), [standing(rise)], NOW + HOUR)
    assert not before.cleared
    quiet = replace(standing(rise), evident_at=NOW + 115 * MINUTE)
    assert not seen((), [quiet], NOW + 140 * MINUTE).cleared
    [done] = seen((), [quiet], NOW + 150 * MINUTE).cleared
    assert done.incident == ""


def test_it_is_cleared_at_once_when_the_outage_is_known() -> None:
    [(rise, _)] = seen(calls(8, "S55")).raised
    [done] = seen(calls(8, "S55"), [standing(rise)], S55="I1").cleared
    assert done.incident == "I1"


def test_a_place_nobody_knows_is_as_its_area_is() -> None:
    base = usual(2.0, **{site: 0.0 for site, (area, _, _) in SITES.items() if area == "a0"})
    assert base.share_of("S00") < usual().share_of("S00") / 2
    assert base.share_of("S00") > 0


def test_the_hour_of_the_week_is_learned_from_few_weeks() -> None:
    draw, counts = random.Random(5), Counts()
    for n in range(168 * 6):
        hour = NOW - timedelta(weeks=6) + n * HOUR
        busy = hour.astimezone(CITY.zone).hour in range(18, 22)
        heard = [Call(hour, f"{n}-{i}", draw.choice(list(SITES))) for i in range(9 if busy else 1)]
        counts.add(lesson_of(hour, heard, (), Baseline(CITY, counts, POLICY), CITY))
    learned = Baseline(CITY, counts, POLICY)
    assert 7 < learned.city_calls(NOW, NOW + HOUR) < 10
    assert 0.8 < learned.city_calls(NOW + 6 * HOUR, NOW + 7 * HOUR) < 1.6


def test_a_day_that_was_a_surge_hardly_teaches() -> None:
    flood = [Call(NOW, f"u{n}", draw) for n, draw in enumerate([*SITES] * 5)]
    lesson = lesson_of(NOW, flood, (), usual(), CITY)
    [hour] = [amount for key, amount in lesson.items() if key.kind == "hour"]
    assert hour.events < 10


def test_where_something_was_the_matter_nothing_is_learned() -> None:
    lesson = lesson_of(NOW, calls(8, "S55"), {"S55"}, usual(), CITY)
    assert [(key.kind, amount.events) for key, amount in lesson.items()] == [("hour", 0)]


def test_what_is_older_weighs_less_by_half_each_half_life() -> None:
    half = timedelta(days=POLICY.half_life_days)
    assert weight_at(NOW, POLICY) == 2 * weight_at(NOW - half, POLICY)


def test_the_reason_is_said_in_both_languages() -> None:
    [(rise, _)] = seen(calls(6, "S55", tenant="unicom")).raised
    said = reason(rise, "")
    assert "6 customers in 15 min" in said["en"]
    assert "均为 unicom 用户" in said["zh"]
    assert details(standing(rise))["sites"] == "S55"


def test_neighbours_are_the_nearest_within_reach_in_order() -> None:
    around = CITY.around["S55"]
    assert around[0] == "S55"
    assert set(around[1:5]) == {"S45", "S65", "S54", "S56"}
    far = city_of("d", CITY.zone, {"A": ("a", 31.0, 121.0), "B": ("a", 32.0, 121.0)}, 4, 6.0)
    assert far.around["A"] == ("A",)
