"""An incident's tree holds every alarm once, under its cause; its timeline holds everything in order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dashboards.incident_story import cause_tree, timeline


def _alarm(key: str, cause: str | None, raised_at: str = "2026-11-21T08:00:00+00:00") -> dict[str, Any]:
    return {"id": key, "cause_alarm": cause, "raised_at": raised_at}


def _walk(nodes: list[dict[str, Any]]) -> Iterator[str]:
    for node in nodes:
        yield node["alarm"]
        yield from _walk(node["children"])


def test_an_alarm_stands_under_its_cause_and_a_foreign_cause_makes_a_top() -> None:
    alarms = [
        _alarm("door", None),
        _alarm("battery", "mains"),
        _alarm("mains", "feed-elsewhere"),
        _alarm("cell", "battery"),
    ]
    assert cause_tree(alarms) == [
        {"alarm": "door", "children": []},
        {"alarm": "mains", "children": [{"alarm": "battery", "children": [{"alarm": "cell", "children": []}]}]},
    ]


def test_what_was_raised_first_stands_first() -> None:
    early, late = "2026-11-21T08:00:00.5+00:00", "2026-11-21T08:00:01+00:00"
    tree = cause_tree([_alarm("a", None, late), _alarm("b", None, early)])
    assert [node["alarm"] for node in tree] == ["b", "a"]


_KEYS = [f"a{n}" for n in range(7)]


@given(st.dictionaries(st.sampled_from(_KEYS), st.none() | st.sampled_from([*_KEYS, "elsewhere"])))
def test_every_alarm_stands_in_the_tree_once_whatever_the_causes_say(causes: dict[str, str | None]) -> None:
    tree = cause_tree([_alarm(key, cause) for key, cause in causes.items()])
    assert sorted(_walk(tree)) == sorted(causes)


_CORRECTION = {
    "alarm": "A1", "kind": "root", "comment": "the utility says so", "made_at": "2026-11-21T08:08:00+00:00",
    "made_by": "ann", "withdrawn_at": "2026-11-21T08:09:00+00:00", "withdrawn_by": "bob",
}  # fmt: skip


def test_the_timeline_holds_what_every_party_did_oldest_first() -> None:
    incident = {
        "id": "I1",
        "title": "Mains failure",
        "opened_at": "2026-11-21T08:00:00+00:00",
        "closed_at": "2026-11-21T10:00:00+00:00",
        "outages": [{"site": "S1", "reason": "battery", "started_at": "2026-11-21T09:00:00+00:00", "ended_at": None}],
    }
    alarm = _alarm("A1", None) | {
        "site": "S1",
        "site_name": "Harbour",
        "resource": "rectifier-1",
        "alarm_type": "mains-failure",
        "text": "",
        "cleared_at": "2026-11-21T09:50:00+00:00",
        "cleared_by": "network",
        "acknowledged_at": "2026-11-21T08:05:00+00:00",
        "acknowledged_by": "ann",
    }
    comment = {"alarm": "A1", "at": "2026-11-21T08:06:00+00:00", "actor": "ann", "text": "called"}
    ticket = {"id": "T1", "title": "No mains", "opened_at": "2026-11-21T08:01:00+00:00"}
    note = {"ticket": "T1", "at": "2026-11-21T08:07:00+00:00", "actor": "bob", "kind": "transition", "text": "held"}
    step = {"work_order": "W1", "at": "2026-11-21T08:30:00+00:00", "actor": "K1", "state": "on_site", "note": ""}
    told = timeline(incident, [alarm], [comment], [ticket], [note], [step], [_CORRECTION])
    assert [(entry["object"], entry["kind"], entry["actor"]) for entry in told] == [
        ("alarm", "raised", ""),
        ("incident", "opened", ""),
        ("ticket", "opened", ""),
        ("alarm", "acknowledged", "ann"),
        ("alarm", "commented", "ann"),
        ("ticket", "transition", "bob"),
        ("correction", "root", "ann"),
        ("correction", "withdrawn", "bob"),
        ("work_order", "on_site", "K1"),
        ("site", "outage_started", ""),
        ("alarm", "cleared", "network"),
        ("incident", "closed", ""),
    ]
    assert told[0]["text"] == "Harbour: mains-failure"
