"""What an order by hand would do, before it is given: what it then does, and nothing is changed by asking."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.preview import Due, Outlook, preview, who_could
from guywire.commands import GiveWorkOrder, ReassignWorkOrder
from guywire.commands.centre import PauseDispatch
from guywire.errors import Refused
from guywire.model import NeedState
from tests.unit.dispatch.dispatch_story import NOW, Story, need_at, person_at

MINUTE = timedelta(minutes=1)
Plan = Mapping[str, Sequence[str]]


def story_of(*needs: Any) -> Story:
    """Nobody is sent by itself: what there is was given by hand."""
    story = Story(needs, [person_at("A"), person_at("B", 31.3), person_at("C", 31.4)])
    story.ask(PauseDispatch(region="p/c", reason="drill"))
    return story


def seen_in(story: Story, planned: Plan | None = None, due: Mapping[str, Sequence[Due]] | None = None) -> Outlook:
    return Outlook(board=story.as_read(), planned=planned or {}, due=due or {})


def effect_of(said: dict[str, Any], need: str) -> dict[str, Any]:
    return next(one for one in said["effects"] if one["need"] == need)


def verdicts(said: dict[str, Any], need: str) -> dict[str, str]:
    return {one["kind"]: one["verdict"] for one in effect_of(said, need)["due"]}


def test_whoever_is_near_saves_a_battery_and_whoever_is_far_does_not() -> None:
    story = story_of(need_at("N1", deadline=NOW + 40 * MINUTE))
    near = preview(seen_in(story), GiveWorkOrder(need="N1", technician="B"), "ann")
    far = preview(seen_in(story), GiveWorkOrder(need="N1", technician="C"), "ann")
    assert (verdicts(near, "N1"), verdicts(far, "N1")) == ({"battery": "saved"}, {"battery": "late"})
    [battery] = effect_of(far, "N1")["due"]
    late = datetime.fromisoformat(effect_of(far, "N1")["after"]) - (NOW + 40 * MINUTE)
    assert battery["margin"] == -(late // MINUTE) - 1 < 0
    assert battery["margin_before"] is None


def test_it_says_in_words_what_dispatch_would_say_against_it() -> None:
    story = story_of(need_at("N1", skills=frozenset({"radio"})))
    said = preview(seen_in(story), GiveWorkOrder(need="N1", technician="A"), "ann")
    assert [(one["code"], one["values"]) for one in said["refusals"]] == [("lacks_skill", {"skill": "radio"})]


def test_what_was_planned_for_whoever_is_named_comes_later_and_may_be_lost() -> None:
    story = story_of(need_at("N1"), need_at("N2", 31.25, deadline=NOW + 20 * MINUTE))
    said = preview(seen_in(story, {"A": ["N2"]}), GiveWorkOrder(need="N1", technician="A"), "ann")
    effect = effect_of(said, "N2")
    assert (verdicts(said, "N2"), effect["technician"]) == ({"battery": "lost"}, "A")
    assert effect["after"] > effect["before"]
    assert said["effects"][0]["need"] == "N2", "what is lost stands first"


def test_whom_it_is_taken_from_has_time_for_what_comes_after() -> None:
    story = story_of(need_at("N1"), need_at("N2", 31.22, deadline=NOW + 30 * MINUTE))
    story.ask(GiveWorkOrder(need="N1", technician="A"))
    said = preview(seen_in(story, {"A": ["N2"]}), ReassignWorkOrder(work_order="W1", technician="B"), "ann")
    assert verdicts(said, "N2") == {"battery": "saved"}
    assert (effect_of(said, "N1")["technician_before"], effect_of(said, "N1")["technician"]) == ("A", "B")


def test_clocks_count_as_batteries_do_arriving_by_the_one_and_mending_by_the_other() -> None:
    story = story_of(need_at("N1", service_minutes=45.0))
    due = {"N1": [Due("accept", NOW), Due("arrive", NOW + 30 * MINUTE)], "K-N1": [Due("restore", NOW + 40 * MINUTE)]}
    said = preview(seen_in(story, due=due), GiveWorkOrder(need="N1", technician="A"), "ann")
    assert verdicts(said, "N1") == {"arrive": "saved", "restore": "late"}


def test_what_the_day_no_longer_holds_is_left_to_nobody() -> None:
    story = story_of(need_at("N1", service_minutes=600.0), need_at("N2", deadline=NOW + 30 * MINUTE))
    story.people["A"] = person_at("A", shift="00:00-14:00")  # UTC: six hours are left, and a little more
    said = preview(seen_in(story, {"A": ["N2"]}), GiveWorkOrder(need="N1", technician="A"), "ann")
    effect = effect_of(said, "N2")
    assert (effect["after"], effect["technician"], verdicts(said, "N2")) == (None, None, {"battery": "lost"})


def test_it_is_refused_as_the_command_would_be() -> None:
    story = story_of(need_at("N1"), need_at("N2"))
    story.ask(GiveWorkOrder(need="N1", technician="A"))
    story.becomes("N2", NeedState.HEALED)
    for command, reason in (
        (GiveWorkOrder(need="N1", technician="B"), "already_given"),
        (GiveWorkOrder(need="N2", technician="B"), "need_is_ended"),
        (ReassignWorkOrder(work_order="W1", technician="A"), "same_technician"),
        (GiveWorkOrder(need="N7", technician="B"), "need_not_found"),
        (ReassignWorkOrder(work_order="W1", technician="Z"), "technician_not_found"),
    ):
        with pytest.raises(Refused) as refused:
            preview(seen_in(story), command, "ann")
        assert refused.value.reason == reason


def test_everybody_is_listed_those_who_can_go_by_who_is_there_first() -> None:
    story = story_of(need_at("N1"), need_at("N2"))
    story.people["D"] = person_at("D", 31.2, skills=frozenset())
    story.ask(GiveWorkOrder(need="N2", technician="A"))
    found = who_could(seen_in(story), {"need": "N1"})
    assert [(one["technician"], one["refusal"] and one["refusal"]["code"]) for one in found] == [
        ("B", None), ("C", None), ("A", "busy"), ("D", "lacks_skill"),
    ]  # fmt: skip
    assert [one["technician"] for one in who_could(seen_in(story), {"order": "W1"})] == ["B", "C", "D"]


@settings(max_examples=40, deadline=None)
@given(
    places=st.lists(st.floats(31.0, 31.6), min_size=2, max_size=5),
    to=st.sampled_from("ABC"),
    minutes=st.lists(st.integers(5, 240), min_size=5, max_size=5),
    plan=st.permutations(["N1", "N2", "N3", "N4"]),
)
def test_asking_changes_nothing_and_the_order_itself_then_comes_to_the_same(
    places: list[float], to: str, minutes: list[int], plan: list[str]
) -> None:
    needs = [need_at(f"N{at}", place, deadline=NOW + minutes[at] * MINUTE) for at, place in enumerate(places)]
    story = story_of(*needs)
    outlook = seen_in(story, {"A": [key for key in plan if key in story.needs][:2], "B": []})
    before = copy.deepcopy(outlook.board)
    said = preview(outlook, GiveWorkOrder(need="N0", technician=to), "ann")
    for name in ("orders", "needs", "past", "waiting", "steps", "changed", "last_number"):
        assert getattr(outlook.board, name) == getattr(before, name), name
    story.ask(GiveWorkOrder(need="N0", technician=to))
    assert story.orders["W1"].planned_arrival_at.isoformat() == said["arrive"]
    assert said == preview(outlook, GiveWorkOrder(need="N0", technician=to), "ann")
