"""Golden cases: what each trap of tests/cases/collectors must become, by the profiles that ship."""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from collectors.pipeline import Heard, Knowledge, hear
from collectors.places import Places, Snapshot, Source
from collectors.profile.classify import Classifier
from collectors.profile.compile import SHIPPED, load
from collectors.profile.shelf import profile_files
from tests.unit.collectors.snmp_messages import VarBind, v1_message, v2_message

CASES = Path(__file__).parents[2] / "cases" / "collectors"
AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    snapshot = msgspec.json.decode((CASES / "inventory.json").read_bytes(), type=Snapshot)
    return Knowledge(Places(snapshot), Classifier(load(path) for path in profile_files(SHIPPED)))


@pytest.mark.parametrize("case", sorted(path.parent.name for path in CASES.glob("*/trap.toml")))
def test_a_trap_becomes_the_event_that_its_case_expects(case: str, knowledge: Knowledge) -> None:
    expected = json.loads((CASES / case / "expected.json").read_text("utf-8"))
    heard = _hear(tomllib.loads((CASES / case / "trap.toml").read_text("utf-8")), knowledge)
    assert heard.refused == ""
    if expected is None:
        assert heard.event is None
        return
    assert heard.event is not None
    found = msgspec.to_builtins(heard.event) | {"domain": heard.event.domain, "qualifier": heard.event.qualifier}
    assert {name: found.get(name) for name in expected} == expected
    assert heard.event.at == heard.event.received_at == AT


def _hear(trap: dict[str, Any], knowledge: Knowledge) -> Heard:
    ip, _, port = trap["source"].partition(":")
    varbinds = [_varbind(*entry) for entry in trap["varbinds"]]
    if trap["form"] == "v1":
        data = v1_message(trap["enterprise"], trap["agent"], trap["generic"], trap["specific"], varbinds)
    else:
        data = v2_message(trap["trap"], varbinds, inform=trap["form"] == "inform")
    return hear(data, Source(ip, int(port)), AT, knowledge)


def _varbind(oid: str, kind: str, value: Any) -> VarBind:
    if kind == "hex":
        return oid, "octets", bytes.fromhex(value)
    return oid, kind, value.encode() if kind == "octets" else value
