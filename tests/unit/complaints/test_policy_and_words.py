"""The policy of complaints is checked, and what customers hear is in their own time and language."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path

import pytest

from complaints.life import Standing, Verdict, restored_at, verdict
from complaints.model import Expected, Stage
from complaints.policy import Policy, policy_file, shipped_policy
from complaints.words import Told, script
from guywire.catalogue import CATALOGUE
from guywire.policy_file import PolicyError, read_policy

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
POLICY = shipped_policy()
TEXT = resources.files("complaints").joinpath("policy.toml").read_text("utf-8")


def test_every_alarm_type_of_the_catalogue_has_words_for_customers() -> None:
    assert POLICY.cause.keys() == CATALOGUE.keys()


def test_what_takes_service_down_explains_a_complaint_by_itself() -> None:
    weak = [
        name
        for name, kind in CATALOGUE.items()
        if kind.takes_service_down and POLICY.cause_of(name).explains < POLICY.link.least_score
    ]
    assert weak == []


@pytest.mark.parametrize(
    ("good", "bad", "reason"),
    [
        ("least_score = 0.3", "least_score = 3", "least_score"),
        ("link-down = { explains = 0.9", "link-down = { explains = 9", "explains"),
        ("link-down = {", "link-dwn = {", "link-dwn"),
        ('none = "We know', 'none = "{password} We know', "password"),
        ('none = "We know', 'none = "{at.year} We know', "at.year"),
        ("[link]", "[lnk]", "lnk"),
        ("latest = 1.6\n\n[stage.on_site]", "latset = 1.6\n\n[stage.on_site]", "latset"),
        ("[stage.on_site]", "[stage.on_site", "not TOML"),
    ],
)
def test_a_bad_policy_is_refused_with_file_line_and_reason(good: str, bad: str, reason: str) -> None:
    assert good in TEXT
    with pytest.raises(PolicyError) as refusal:
        read_policy(TEXT.replace(good, bad), "mine.toml", Policy)
    line = TEXT[: TEXT.index(good)].count("\n") + 1
    assert reason in str(refusal.value)
    assert f"mine.toml:{line}:" in str(refusal.value) or f"line {line}" in str(refusal.value)


def test_the_operators_file_is_read_when_it_changes_and_a_bad_one_is_not_used(tmp_path: Path) -> None:
    file = tmp_path / "policy" / "complaints.toml"
    in_force = policy_file(tmp_path)
    assert in_force.current() == POLICY
    file.parent.mkdir()
    file.write_text(TEXT.replace("late_minutes = 20", "late_minutes = 33"), "utf-8")
    assert in_force.current().end.late_minutes == 33
    file.write_text("[link", "utf-8")
    assert in_force.current().end.late_minutes == 33
    file.unlink()
    assert in_force.current() == POLICY


def _told(stage: Stage, arrival: datetime | None = None, restored: datetime | None = None) -> Told:
    expected = Expected(NOW + timedelta(minutes=50), NOW + timedelta(minutes=40), NOW + timedelta(hours=3))
    since = NOW - timedelta(hours=20)
    return Told(stage, "mains-failure", since, arrival, None if restored else expected, restored)


def test_times_are_told_in_the_customers_zone_with_the_day_when_it_is_another() -> None:
    lines = script(_told(Stage.UNDER_WAY, NOW + timedelta(minutes=20)), NOW, "Asia/Shanghai", POLICY)
    assert lines["en"] == [
        "Service in your area has been affected since 02:00. The cause: a power cut in the area.",
        "A technician is on the way and should arrive by 22:20.",
        "We expect service back about 22:50: 22:40 at the soonest, 01:00 on 22 Nov at the latest.",
    ]
    assert lines["zh"][2] == "预计 22:50 恢复，最早 22:40，最迟 11月22日 01:00。"


def test_an_arrival_that_is_over_due_is_not_promised() -> None:
    lines = script(_told(Stage.UNDER_WAY, NOW - timedelta(minutes=1)), NOW, "UTC", POLICY)
    assert not [line for line in lines["en"] if "arrive" in line]


def test_after_the_end_nothing_is_promised_any_more() -> None:
    lines = script(_told(Stage.RESTORED, restored=NOW), NOW, "UTC", POLICY)
    assert lines["en"][1].startswith("Service was restored at 14:00.")
    assert len(lines["en"]) == 2


def test_without_an_outage_that_is_what_is_said() -> None:
    assert script(None, NOW, None, POLICY)["en"] == [POLICY.script.en.none]


def test_a_complaint_is_kept_restored_or_looked_at_again_as_its_incident_goes() -> None:
    held = Standing(True, None, True, None, False)
    by_alarm = Standing(True, None, False, None, True)
    ended = Standing(True, None, True, NOW, False)
    relapsed = Standing(True, None, True, NOW, True)
    closed = Standing(False, NOW, False, None, False)
    gone = Standing(True, None, False, None, False)
    said = [verdict(one) for one in (held, by_alarm, ended, relapsed, closed, gone)]
    keep, restored = Verdict.KEEP, Verdict.RESTORED
    assert said == [keep, keep, restored, keep, restored, Verdict.LOOK_AGAIN]
    later = NOW + timedelta(hours=1)
    assert [restored_at(one, later) for one in (ended, closed, gone)] == [NOW, NOW, later]
