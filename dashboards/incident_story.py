"""An incident as a story: its alarms as a tree of causes, and everything that happened in one line of time. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]


def cause_tree(alarms: Sequence[Row]) -> list[dict[str, Any]]:
    """`[{"alarm": id, "children": [...]}]`: each alarm under its cause, top ones first raised first.

    A cause outside of `alarms` makes its alarm a top one; so does a circle, which data could hold but reason cannot.
    """
    ordered = sorted(alarms, key=lambda alarm: (alarm["raised_at"], alarm["id"]))
    causes = {alarm["id"]: alarm["cause_alarm"] for alarm in ordered}
    nodes: dict[str, dict[str, Any]] = {alarm["id"]: {"alarm": alarm["id"], "children": []} for alarm in ordered}
    tops = []
    for key, node in nodes.items():
        if causes[key] not in nodes or _is_own_cause(key, causes):
            tops.append(node)
        else:
            nodes[causes[key]]["children"].append(node)
    return tops


def _is_own_cause(key: str, causes: Mapping[str, str | None]) -> bool:
    seen = {key}
    above = causes[key]
    while above is not None and above in causes and above not in seen:
        seen.add(above)
        above = causes[above]
    return above == key


def timeline(
    incident: Row,
    alarms: Iterable[Row],
    comments: Iterable[Row],
    tickets: Iterable[Row],
    notes: Iterable[Row],
    steps: Iterable[Row],
    corrections: Iterable[Row],
) -> list[dict[str, Any]]:
    """What happened, oldest first: `{"at", "kind", "object", "id", "actor", "text"}`.

    Times are ISO 8601 in UTC as PostgreSQL writes them, which sort as text.
    """
    entries = [
        *_marks("incident", incident, [("opened_at", "opened"), ("closed_at", "closed")], incident["title"]),
        *(entry for outage in incident["outages"] for entry in _outage(outage)),
        *(entry for alarm in alarms for entry in _alarm(alarm)),
        *(_said("alarm", note["alarm"], "commented", note) for note in comments),
        *(
            entry
            for ticket in tickets
            for entry in _marks("ticket", ticket, [("opened_at", "opened")], ticket["title"])
        ),
        *(_said("ticket", note["ticket"], note["kind"], note) for note in notes),
        *(
            _entry(step["at"], step["state"], "work_order", step["work_order"], step["actor"], step["note"])
            for step in steps
        ),
        *(entry for correction in corrections for entry in _correction(correction)),
    ]
    return sorted(entries, key=lambda entry: (entry["at"], entry["object"], entry["id"]))


def _alarm(alarm: Row) -> list[dict[str, Any]]:
    text = f"{alarm['site_name'] or alarm['site'] or alarm['resource']}: {alarm['text'] or alarm['alarm_type']}"
    entries = _marks("alarm", alarm, [("raised_at", "raised")], text)
    if alarm["cleared_at"]:
        entries.append(_entry(alarm["cleared_at"], "cleared", "alarm", alarm["id"], alarm["cleared_by"], text))
    if alarm["acknowledged_at"]:
        by = alarm["acknowledged_by"]
        entries.append(_entry(alarm["acknowledged_at"], "acknowledged", "alarm", alarm["id"], by, text))
    return entries


def _correction(correction: Row) -> list[dict[str, Any]]:
    """Under the id of the alarm that was corrected: that is what a reader knows."""
    key, comment = correction["alarm"], correction["comment"]
    made = _entry(correction["made_at"], correction["kind"], "correction", key, correction["made_by"], comment)
    if not correction["withdrawn_at"]:
        return [made]
    by = correction["withdrawn_by"]
    return [made, _entry(correction["withdrawn_at"], "withdrawn", "correction", key, by, "")]


def _outage(outage: Row) -> list[dict[str, Any]]:
    marks = [("started_at", "outage_started"), ("ended_at", "outage_ended")]
    return _marks("site", {**outage, "id": outage["site"]}, marks, outage["reason"])


def _marks(kind: str, row: Row, marks: Iterable[tuple[str, str]], text: str) -> list[dict[str, Any]]:
    return [_entry(row[column], word, kind, row["id"], "", text) for column, word in marks if row[column]]


def _said(kind: str, key: str, word: str, note: Row) -> dict[str, Any]:
    return _entry(note["at"], word, kind, key, note["actor"], note["text"])


def _entry(at: str, word: str, kind: str, key: str, actor: str, text: str) -> dict[str, Any]:
    return {"at": at, "kind": word, "object": kind, "id": key, "actor": actor, "text": text}
