"""Real trap texts, sent as datagrams through the pipeline: each has its answer here, or its reason for having none."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from collectors.pipeline import Heard, Knowledge, hear
from collectors.places import Places, Snapshot, Source
from collectors.profile.classify import Classifier
from collectors.profile.compile import SHIPPED, load
from collectors.profile.shelf import profile_files
from collectors.wire.values import MAX_VALUE
from tests.unit.collectors.snmp_messages import VarBind, v2_message

TEXTS = Path(__file__).resolve().parents[4] / "shared" / "data" / "traps" / "trap_texts.json"
pytestmark = pytest.mark.skipif(not TEXTS.is_file(), reason="the shared trap texts are not beside the repository")

# Trap (and the word that tells its meanings apart) to alarm type, severity and qualifier. Severities are the MIBs' own,
# but for the mains: APC only warns of what takes a tower's site down within hours.
ALARMS = {
    "PowerNet-MIB::upsOnBattery": ("mains-failure", "major", ""),
    "PowerNet-MIB::powerRestored": ("mains-failure", "cleared", ""),
    "PowerNet-MIB::lowBattery": ("battery-low-voltage", "critical", "low"),
    "PowerNet-MIB::upsDischarged": ("battery-low-voltage", "major", "discharged"),
    "PowerNet-MIB::dischargeCleared": ("battery-low-voltage", "cleared", "discharged"),
    "PowerNet-MIB::communicationEstablished": ("rectifier-comms-failure", "cleared", "ups"),
    "PowerNet-MIB::smartAvrReducing": ("mains-over-voltage", "warning", ""),
    "PowerNet-MIB::smartAvrReducingOff": ("mains-over-voltage", "cleared", ""),
    "IF-MIB::linkDown": ("link-down", "critical", "3"),
    "IF-MIB::linkUp": ("link-down", "cleared", "3"),
    "CISCO-IF-EXTENSION-MIB::cieLinkDown": ("link-down", "critical", "3"),
    "CISCO-IF-EXTENSION-MIB::cieLinkUp": ("link-down", "cleared", "3"),
    "CISCO-ERR-DISABLE-MIB::cErrDisableInterfaceEventRev1 3.0": ("port-down", "minor", "err-disabled 3.0"),
    "CISCO-ERR-DISABLE-MIB::cErrDisableInterfaceEventRev1 10.0": ("port-down", "minor", "err-disabled 10.0"),
    "SNMPv2-MIB::coldStart": ("device-restart", "warning", ""),
    "SNMPv2-MIB::warmStart": ("device-restart", "warning", ""),
    "SNMPv2-MIB::authenticationFailure": ("authentication-failure", "warning", ""),
}

# Kept, because a person should see them, but without a type: the catalogue is about power, environment and links.
UNIDENTIFIED = {
    # sessions of routing protocols: no type of their own, but paired, so that the screen shows what stands
    "BGP4-MIB::bgpBackwardTransition": ("major", "bgp 10.1.1.1"),
    "BGP4-MIB::bgpEstablished": ("cleared", "bgp 10.1.1.1"),
    "MPLS-LDP-MIB::mplsLdpSessionDown": ("major", "ldp 78.41.184.3.0.0.1311357842.78.41.184.1.0.0"),
    "MPLS-LDP-MIB::mplsLdpSessionUp": ("cleared", "ldp 78.41.184.3.0.0.1311357842.78.41.184.1.0.0"),
    "OSPF-TRAP-MIB::ospfIfStateChange down": ("major", "ospf-interface 10.1.1.1.0"),
    "OSPF-TRAP-MIB::ospfIfStateChange pointToPoint": ("cleared", "ospf-interface 10.1.1.1.0"),
    "OSPF-TRAP-MIB::ospfIfStateChange designatedRouter": ("cleared", "ospf-interface 10.1.1.1.0"),
    "OSPF-TRAP-MIB::ospfIfStateChange backupDesignatedRouter": ("cleared", "ospf-interface 10.1.1.1.0"),
    "OSPF-TRAP-MIB::ospfIfStateChange otherDesignatedRouter": ("cleared", "ospf-interface 10.1.1.1.0"),
    "OSPF-TRAP-MIB::ospfNbrStateChange down": ("major", "ospf-neighbour 10.1.1.1"),
    "OSPF-TRAP-MIB::ospfNbrStateChange full": ("cleared", "ospf-neighbour 10.1.1.1"),
    # a rack PDU's branch: the catalogue has no overload
    "PowerNet-MIB::rPDUNearOverload": ("warning", "pdu-near-overload 1"),
    "PowerNet-MIB::rPDUNearOverloadCleared": ("cleared", "pdu-near-overload 1"),
    "PowerNet-MIB::rPDUOverload": ("major", "pdu-overload 1"),
    "PowerNet-MIB::rPDUOverloadCleared": ("cleared", "pdu-overload 1"),
    # a stranger's device on a port, and a switch's fault finder: no profile, so kept under the trap's own number
    "CISCO-PORT-SECURITY-MIB::cpsSecureMacAddrViolation": ("indeterminate", "1.3.6.1.4.1.9.9.315.0.0.1"),
    "HP-ICF-FAULT-FINDER-MIB::hpicfFaultFinderTrap": ("indeterminate", "1.3.6.1.4.1.11.2.14.12.1.0.5"),
}

# No alarms: counted, not kept.
IGNORED = {
    "PowerNet-MIB::outletOn": "somebody switched an outlet",
    "PowerNet-MIB::outletOff": "somebody switched an outlet",
    "PowerNet-MIB::outletReboot": "somebody switched an outlet",
    "PowerNet-MIB::apcTestTrap": "a test",
    "BRIDGE-MIB::newRoot": "spanning tree at work",
    "BRIDGE-MIB::topologyChange": "spanning tree at work",
    "CISCOSB-TRAPS-MIB::rldot1dStpPortStateForwarding": "spanning tree at work",
    "ENTITY-MIB::entConfigChange": "an inventory that changed",
    "OSPF-TRAP-MIB::ospfTxRetransmit": "a packet was sent again",
    "OSPF-TRAP-MIB::ospfIfStateChange loopback": "an interface on its way up",
    "OSPF-TRAP-MIB::ospfIfStateChange waiting": "an interface on its way up",
    "OSPF-TRAP-MIB::ospfNbrStateChange exstart": "a neighbour on its way up",
}

NO_TRAP = {"": "a text without a trap", "SNMPv2-MIB::someOid": "a name that no MIB defines"}

# What the texts leave open: their authors' test program fills in an interface or an address.
TEMPLATES = {
    r"\$(device->|bgppeer|ospfIf|ospfNbr)[\w>-]*": "10.1.1.1",
    r"\$port->\w+": "3",
    r"\{\{ \w+ \}\}": "10.1.1.1",
}
OIDS = {
    "IF-MIB::ifIndex": "1.3.6.1.2.1.2.2.1.1",
    "IF-MIB::ifAdminStatus": "1.3.6.1.2.1.2.2.1.7",
    "IF-MIB::ifOperStatus": "1.3.6.1.2.1.2.2.1.8",
    "BGP4-MIB::bgpPeerState": "1.3.6.1.2.1.15.3.1.2",
    "OSPF-MIB::ospfIfState": "1.3.6.1.2.1.14.7.1.12",
    "OSPF-MIB::ospfNbrState": "1.3.6.1.2.1.14.10.1.6",
    "CISCO-ERR-DISABLE-MIB::cErrDisableIfStatusCause": "1.3.6.1.4.1.9.9.548.1.3.1.1.2",
}
# Enumerations, which the texts give as words and the wire as numbers (RFC 1850, RFC 1657).
NUMBERS = {
    "OSPF-MIB::ospfIfState": {
        "down": 1,
        "loopback": 2,
        "waiting": 3,
        "pointToPoint": 4,
        "designatedRouter": 5,
        "backupDesignatedRouter": 6,
        "otherDesignatedRouter": 7,
    },
    "OSPF-MIB::ospfNbrState": {"down": 1, "exstart": 5, "full": 8},
    "BGP4-MIB::bgpPeerState": {"idle": 1, "established": 6},
}
TRAP_OIDS = {"SNMPv2-MIB::authenticationFailure": "1.3.6.1.6.3.1.1.5.5"}


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return Knowledge(Places(Snapshot()), Classifier(load(path) for path in profile_files(SHIPPED)))


def test_every_trap_text_has_exactly_one_answer() -> None:
    answers = Counter([*ALARMS, *UNIDENTIFIED, *IGNORED, *NO_TRAP])
    assert max(answers.values()) == 1
    assert {_key(text) for text in _texts()} == set(answers)
    assert len(_texts()) == 51


def test_every_trap_text_becomes_the_alarm_that_a_tower_company_wants(knowledge: Knowledge) -> None:
    for text in _texts():
        key = _key(text)
        if key in NO_TRAP:
            continue
        heard = _heard(text, knowledge)
        assert heard.refused == "", key
        assert _answer(heard) == _expected(key), key


def test_what_a_trap_text_says_is_kept_with_its_event(knowledge: Knowledge) -> None:
    for text in _texts():
        if _key(text) in NO_TRAP or (heard := _heard(text, knowledge)).event is None:
            continue
        said = {" ".join(str(value).split())[:MAX_VALUE] for _, _, value in _varbinds(text)}
        assert said <= set(heard.event.details.values()), _key(text)


def _expected(key: str) -> tuple[str, str, str] | None:
    if key in IGNORED:
        return None
    if key in UNIDENTIFIED:
        return "unidentified", *UNIDENTIFIED[key]
    return ALARMS[key]


def _answer(heard: Heard) -> tuple[str, str, str] | None:
    event = heard.event
    return None if event is None else (event.alarm_type, str(event.severity), event.qualifier)


def _heard(text: dict[str, Any], knowledge: Knowledge) -> Heard:
    trap = text["trap"].removesuffix("\\n")
    oid = (text["trap_oid"] or TRAP_OIDS[trap]).removeprefix(".")
    varbinds: list[VarBind] = [
        (oid, "integer" if isinstance(value, int) else "octets", value if isinstance(value, int) else value.encode())
        for _, oid, value in _varbinds(text)
    ]
    return hear(v2_message(oid, varbinds), Source("10.0.0.1", 161), datetime(2026, 11, 21, tzinfo=UTC), knowledge)


def _key(text: dict[str, Any]) -> str:
    """The trap's name, with the state or the port where that decides."""
    trap = str(text["trap"] or "").removesuffix("\\n")
    if trap.endswith("cErrDisableInterfaceEventRev1"):
        return f"{trap} {_filled(text['text']).split('StatusCause.')[1].split()[0]}"
    if "ospf" in trap and "StateChange" in trap:
        return f"{trap} {text['text'].split('State.')[1].split()[1]}"
    return trap


def _varbinds(text: dict[str, Any]) -> Iterator[tuple[str, str, int | str]]:
    """`NAME value` a line, as far as the name's number is known: (name, OID, value)."""
    for line in text["text"].splitlines()[2:]:
        name, _, value = line.partition(" ")
        oid = text["oids"].get(name, "").removeprefix(".") or _oid(_filled(name))
        if oid and "snmpTrap" not in name and "sysUpTime" not in name:
            words = NUMBERS.get(name.partition(".")[0], {})
            value = _filled(value).strip().removesuffix("\\n").strip('"')
            yield name, oid, words.get(value, value)


def _oid(name: str) -> str:
    symbol, _, index = name.partition(".")
    return f"{OIDS[symbol]}.{index}" if symbol in OIDS else ""


def _filled(text: str) -> str:
    for pattern, value in TEMPLATES.items():
        text = re.sub(pattern, value, text)
    return text


def _texts() -> list[dict[str, Any]]:
    texts: list[dict[str, Any]] = json.loads(TEXTS.read_text("utf-8"))
    return texts
