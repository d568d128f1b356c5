"""What was learned is judged by the causes in force, and what is proposed can stand beside them."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from alarm_correlation.causes import CauseFile, Rule, Scope, shipped_cause_file
from alarm_correlation.learning.evidence import Evidence
from alarm_correlation.learning.opinions import Correction, Opinion, opinions_of
from alarm_correlation.learning.proposals import Proposal, Verdict, propose, window_of
from alarm_correlation.learning.wording import fragment, table, unseen
from guywire.policy_file import read_policy

SMOKE = Evidence(
    cause="smoke",
    effect="fsu-offline",
    scope=Scope.SITE,
    causes=100,
    effects=200,
    explained=60.0,
    places=20,
    lags=(60.0, 300.0, 1200.0),
    after=60,
    before=2,
    by_chance=1.5,
    same_moment=3,
    certainty=0.713,
    gain=100.0,
    needed=12.0,
)
KNOWN = Rule("smoke", "fsu-offline", Scope.SITE, 0.6, timedelta(minutes=-5), timedelta(minutes=60), 0.5)


def told(*rules: Rule, **other: Any) -> Proposal:
    (made,) = propose([dataclasses.replace(SMOKE, **other)], rules, {})
    return made


def test_a_cause_that_no_rule_has_is_proposed_with_its_certainty_as_strength() -> None:
    proposal = told()
    assert (proposal.verdict, proposal.strength, proposal.minutes) == (Verdict.NEW, 0.71, (-2, 30))


@pytest.mark.parametrize(("certainty", "strength"), [(1.0, 0.95), (0.01, 0.1)])
def test_strength_is_never_beyond_what_history_can_prove(certainty: float, strength: float) -> None:
    assert told(certainty=certainty).strength == strength


def test_a_cause_that_a_rule_has_is_confirmed_and_not_proposed() -> None:
    assert told(KNOWN).verdict is Verdict.KNOWN
    assert not told(KNOWN).proposed


def test_a_rule_of_the_site_covers_what_was_seen_on_one_resource() -> None:
    assert told(KNOWN, scope=Scope.RESOURCE).verdict is Verdict.KNOWN
    assert told(KNOWN, scope=Scope.DOWNSTREAM).verdict is Verdict.NEW


def test_effects_outside_a_rules_window_widen_it_and_leave_the_rest_as_it_was() -> None:
    proposal = told(KNOWN, lags=(1800.0, 5400.0, 9000.0))
    assert (proposal.verdict, proposal.minutes) == (Verdict.WINDOW, (-5, 240))
    assert (proposal.strength, proposal.battery) == (0.6, 0.5)
    assert proposal.reason == "causes.toml has -5 to 60 minutes"


def test_what_would_close_a_circle_with_the_rules_is_said_and_left_out() -> None:
    back = Rule("fsu-offline", "door-open", Scope.SITE, 0.5, timedelta(0), timedelta(hours=1))
    further = Rule("door-open", "smoke", Scope.SITE, 0.5, timedelta(0), timedelta(hours=1))
    proposal = told(back, further)
    assert not proposal.proposed
    assert proposal.reason == "would close a circle: fsu-offline -> door-open -> smoke -> fsu-offline"


def test_of_two_causes_in_a_circle_the_worse_founded_is_left_out() -> None:
    weaker = dataclasses.replace(SMOKE, cause="fsu-offline", effect="smoke", gain=20.0)
    kept, left = propose([weaker, SMOKE], [], {})
    assert (kept.evidence.cause, kept.verdict) == ("smoke", Verdict.NEW)
    assert (left.evidence.cause, left.verdict) == ("fsu-offline", Verdict.CIRCLE)


def test_what_comes_as_often_before_as_after_is_not_proposed() -> None:
    assert told(before=55).verdict is Verdict.BOTH_WAYS


@pytest.mark.parametrize(
    ("other", "confidence"),
    [({}, "high"), ({"places": 5}, "fair"), ({"places": 2}, "low"), ({"gain": 40.0}, "fair"), ({"gain": 13.0}, "low")],
)
def test_confidence_takes_surplus_and_sites(other: dict[str, Any], confidence: str) -> None:
    assert told(**other).confidence == confidence


@pytest.mark.parametrize(
    ("lags", "minutes"),
    [
        ((1.0, 5.0, 20.0), (-2, 1)),
        ((60.0, 120.0, 1200.0), (-2, 30)),
        ((7200.0, 14400.0, 28800.0), (60, 720)),
        ((1260.0, 2000.0, 2400.0), (10, 60)),
    ],
)
def test_a_window_holds_the_lags_with_room_to_spare(lags: tuple[float, ...], minutes: tuple[int, int]) -> None:
    assert window_of(lags) == minutes


def test_a_fragment_loads_below_the_causes_that_ship() -> None:
    shipped = list(shipped_cause_file().rules())
    wide = dataclasses.replace(SMOKE, effect="base-station-down", lags=(60.0, 9e4, 3e5))
    both = propose([dataclasses.replace(SMOKE, effect="tower-light-failure"), wide], shipped, {})
    text = fragment(both, "a test")
    added = list(read_policy(text, "fragment", CauseFile).rules())
    assert [(rule.effect, rule.latest) for rule in added] == [
        ("tower-light-failure", timedelta(minutes=30)),
        ("base-station-down", timedelta(minutes=7500)),
    ]
    assert "# In place of the known entry: causes.toml has -5 to 720 minutes.\n# 60 of 200 base-station-down" in text
    assert "60 times, 40x chance (1.5); before it: 2, 3 times in the same second." in text


def test_a_fragment_of_nothing_proposes_nothing() -> None:
    text = fragment(propose([SMOKE], [KNOWN], {}), "a test")
    assert "[[cause]]" not in text


def test_the_table_has_every_cause_under_its_verdict() -> None:
    back = dataclasses.replace(SMOKE, cause="fsu-offline", effect="smoke", gain=20.0)
    lines = table(propose([SMOKE, back], [], {}))
    assert lines[0] == "New causes"
    assert "60 of 200" in lines[2]
    assert "60 s / 5 min / 20 min" in lines[2]
    assert lines[4] == "Left out: would close a circle"
    assert lines[-1].strip() == "would close a circle: smoke -> fsu-offline -> smoke"


def test_an_empty_table_says_so() -> None:
    assert "longer history" in table([])[0]


def test_corrections_count_for_what_was_said_and_against_what_stood() -> None:
    opinions = opinions_of(
        [
            Correction("fsu-offline", "smoke", None),
            Correction("fsu-offline", "smoke", "mains-failure"),
            Correction("fsu-offline", None, "mains-failure"),
            Correction("fsu-offline", "smoke", "smoke"),
            Correction("fsu-offline", None, None),
        ]
    )
    assert opinions == {
        ("smoke", "fsu-offline"): Opinion(agreed=3),
        ("mains-failure", "fsu-offline"): Opinion(denied=2),
    }


def test_what_operators_deny_is_left_out_with_their_count() -> None:
    (proposal,) = propose([SMOKE], [], {("smoke", "fsu-offline"): Opinion(1, 2)})
    assert not proposal.proposed
    assert proposal.reason == "operators: 1 for, 2 against"


def test_what_operators_said_makes_a_proposal_surer_and_is_written_beside_it() -> None:
    few = dataclasses.replace(SMOKE, places=5)
    proposals = propose([few], [], {("smoke", "fsu-offline"): Opinion(4, 0)})
    assert proposals[0].confidence == "high"
    assert "# operators: 4 for, 0 against.\n[[cause]]" in fragment(proposals, "a test")
    assert table(proposals)[-1].strip() == "operators: 4 for, 0 against"


def test_what_only_operators_say_is_told_apart() -> None:
    opinions = {("smoke", "intrusion"): Opinion(5, 1), ("smoke", "fsu-offline"): Opinion(9), ("a", "b"): Opinion(2)}
    (_, heading, line) = unseen(opinions, propose([SMOKE], [], opinions), [])
    assert "not yet shown" in heading
    assert line.split() == ["smoke", "intrusion", "operators:", "5", "for,", "1", "against"]
    assert unseen(opinions, [], [KNOWN, msgspec.structs.replace(KNOWN, effect="intrusion")]) == []
