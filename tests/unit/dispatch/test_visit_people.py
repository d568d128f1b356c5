"""Who is told and asked: managers, mates near and experts, the nearest first and within policy's bounds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from dispatch.board import Board
from dispatch.model import Place
from dispatch.policy import default_policy
from dispatch.records import Person
from dispatch.visits.people import experts_for, is_on_duty, managers_of, mates_near

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
HERE = Place(31.2, 121.0)


def person(technician_id: str, region: str = "p/c/a", **fields: Any) -> Person:
    given = {"name": technician_id, "home": HERE, "position": HERE, "position_at": NOW, **fields}
    return Person(technician_id=technician_id, region=region, **given)


def board(*people: Person) -> Board:
    return Board(now=NOW, policy=default_policy(), people={one.technician_id: one for one in people})


def north(km: float) -> Place:
    return Place(HERE.latitude + km / 111.0, HERE.longitude)


def test_a_manager_who_is_named_is_told_and_without_one_those_of_the_smallest_region_around() -> None:
    around = [person("area", role="area_manager"), person("city", "p/c", role="area_manager")]
    other = person("other", "p/d", role="area_manager")
    assert managers_of(board(*around, other), person("T", manager_id="city")) == {"city"}
    assert managers_of(board(*around, other), person("T", manager_id="gone")) == {"area"}
    assert managers_of(board(*around, other), person("T", "p/c/b")) == {"city"}
    assert managers_of(board(other), person("T")) == set()


def test_mates_near_are_on_duty_with_a_fresh_position_the_nearest_first() -> None:
    mates = [
        person("five", position=north(5)),
        person("one", position=north(1)),
        person("too_far", position=north(40)),
        person("stale", position=north(1), position_at=NOW - timedelta(hours=3)),
        person("off_duty", position=north(1), shift="20:00-21:00"),
        person("nowhere", position=None, position_at=None),
        person("self", position=HERE),
    ]
    assert mates_near(board(*mates), HERE, but="self") == ["one", "five"]


def test_no_more_mates_are_told_than_policy_says() -> None:
    many = board(*(person(f"T{number:02}", position=north(number / 10)) for number in range(20)))
    assert mates_near(many, HERE, but="") == [f"T{number:02}" for number in range(many.visits.policy.sos.mates_at_most)]


def test_experts_are_those_with_the_skill_near_in_the_region_tree_then_the_managers() -> None:
    skilled = frozenset({"power"})
    people = [
        person("other_city", "p/d/a", skills=skilled),
        person("same_area_off", skills=skilled, shift="20:00-21:00"),
        person("same_area", skills=skilled),
        person("same_city", "p/c/b", skills=skilled),
        person("asker", skills=skilled),
        person("unskilled"),
        person("manager", role="area_manager"),
    ]
    found = experts_for(board(*people), skilled, "p/c/a", but=["asker"])
    assert found == ("same_area", "same_area_off", "same_city", "other_city", "manager")


def test_a_shift_is_read_in_the_zone_of_the_region() -> None:
    someone = person("T", shift="15:00-17:00")
    there = board(someone)
    assert not is_on_duty(there, someone)
    there.visits.zones["p/c/a"] = "Asia/Shanghai"  # 16:00 there
    assert is_on_duty(there, someone)
