"""Faults written into recordings of healthy devices: each raises its alarm, and nothing else does."""

from __future__ import annotations

import pytest

from collectors.profile.classify import Classifier
from collectors.profile.compile import SHIPPED, load
from collectors.profile.sensor import Value
from collectors.profile.sensors import readings
from collectors.profile.trial import crossed
from collectors.wire.decode import decode
from collectors.wire.oid import oid_text
from tests.unit.collectors import recordings
from tests.unit.collectors.recordings import FOLDER, MISSING
from tests.unit.collectors.snmp_messages import v2_message

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=MISSING)

SMU, ELTEK, GENSET, BOSS = (f"1.3.6.1.4.1.{tail}" for tail in ("2011.6.164.1", "12148.9", "41809.1", "3052.14.1"))
UPS, APC, SAF, RUT = "1.3.6.1.2.1.33.1", "1.3.6.1.4.1.318.1.1", "1.3.6.1.4.1.7571.100.1.1.2.22", "1.3.6.1.4.1.48690"
STANDING = {"apc_smx750i": {("unidentified", "warning", "contact 1")}}
"""What stands in a recording as it is: APC's door was open."""


@pytest.mark.parametrize(
    ("device", "fault", "raises"),
    [
        ("huawei-smu_11b", {f"{SMU}.5.2.1.1.99.1": 2}, {("mains-failure", "major", "4001")}),
        ("huawei-smu_11b", {f"{SMU}.5.2.1.1.99.1": 3}, {("mains-phase-loss", "major", "4001")}),
        ("huawei-smu_11b", {f"{SMU}.3.2.2.1.99.28676": 2}, {("rectifier-failure", "major", "2002")}),
        ("huawei-smu_11b", {f"{SMU}.4.2.3.0": 3}, {("battery-discharging", "minor", "")}),
        ("huawei-smu_11b", {f"{SMU}.6.2.1.1.4.1": 459}, {("dc-output-low", "major", "6001")}),
        ("huawei-smu_11b", {f"{SMU}.6.2.1.1.4.1": 431}, {("dc-output-low", "critical", "6001")}),
        ("huawei-smu_11b", {f"{SMU}.6.2.1.1.4.1": 581}, {("dc-output-high", "major", "6001")}),
        ("huawei-smu_11b", {f"{SMU}.8.2.1.1.4.1": 46}, {("high-temperature", "major", "9001")}),
        ("huawei-smu_11b", {f"{SMU}.8.2.3.1.99.4": 2}, {("unidentified", "indeterminate", "spare-input 11004")}),
        ("eltek-webpower", {f"{ELTEK}.7.1.11.0": 1}, {("mains-failure", "major", "mains")}),
        ("eltek-webpower", {f"{ELTEK}.3.2.0": 4620}, {("battery-low-voltage", "major", "")}),
        ("eltek-webpower", {f"{ELTEK}.5.5.2.1.2.1": 2}, {("rectifier-failure", "major", "1")}),
        ("himoinsa-gensets", {f"{GENSET}.46.0": 5}, {("genset-running", "warning", "")}),
        ("himoinsa-gensets", {f"{GENSET}.46.0": 134}, {("genset-failure", "major", "")}),
        ("himoinsa-gensets", {f"{GENSET}.27.0": 200}, {("genset-low-fuel", "minor", "")}),
        ("himoinsa-gensets", {f"{GENSET}.27.0": 90}, {("genset-low-fuel", "major", "")}),
        ("siteboss571_siteboss571", {f"{BOSS}.1.1.1.7.3.1.1": b"46 C"}, {("high-temperature", "major", "3.1.1")}),
        ("siteboss571_siteboss571", {f"{BOSS}.1.1.1.7.3.1.1": b"120 F"}, {("high-temperature", "major", "3.1.1")}),
        ("siteboss571_siteboss571", {f"{BOSS}.1.1.1.7.3.1.1": b"14 F"}, {("low-temperature", "minor", "3.1.1")}),
        (
            "siteboss571_siteboss571",
            {f"{BOSS}.1.1.1.5.200.2.1": 1},
            {("unidentified", "indeterminate", "contact 200.2.1")},
        ),
        ("siteboss571_siteboss571", {f"{BOSS}.5.4.1.1.13.1.1": 44_000}, {("dc-output-low", "major", "1.1")}),
        ("siteboss571_siteboss571", {f"{BOSS}.5.4.1.1.13.1.1": 42_000}, {("dc-output-low", "critical", "1.1")}),
        ("siteboss571_siteboss571", {f"{BOSS}.5.4.1.1.30.1.3": b"Low"}, {("dc-fuse-blown", "major", "1.3")}),
        ("hwg-poseidon", {"1.3.6.1.4.1.21796.3.3.3.1.6.1": 950}, {("high-humidity", "minor", "1")}),
        ("hwg-poseidon", {"1.3.6.1.4.1.21796.3.3.3.1.4.5": 0}, {("sensor-failure", "minor", "5")}),
        ("ict-mps", {"1.3.6.1.4.1.39145.13.6.0": b"0"}, {("mains-failure", "major", "")}),
        ("ict-mps", {"1.3.6.1.4.1.39145.13.10.1.2.2": 3}, {("rectifier-failure", "major", "module 2")}),
        ("apc_smx750i", {f"{APC}.1.4.1.1.0": 3}, {("mains-failure", "major", "")}),
        ("apc_smx750i", {f"{APC}.1.2.2.4.0": 2}, {("battery-failure", "major", "battery")}),
        ("deltaups_rfc1628string", {f"{UPS}.3.3.1.3.1": 1700}, {("mains-under-voltage", "minor", "1")}),
        ("huaweiups_ups2000", {f"{UPS}.4.1.0": 5}, {("mains-failure", "major", "")}),
        ("saf-cfm", {f"{SAF}.4.1.0": 5}, {("loss-of-signal", "major", "radio 2")}),
        ("saf-cfm", {f"{SAF}.3.10.0": -81}, {("link-degraded", "minor", "rx-level 1")}),
        (
            "siklu-mhtg_mh-n366",
            {"1.3.6.1.4.1.31926.35.1.1.3.1.1.7.106": -80},
            {("link-degraded", "minor", "rx-level 106")},
        ),
        (
            "ericsson-ml",
            {"1.3.6.1.4.1.193.223.2.7.1.1.1.110101": b"-80.5"},
            {("link-degraded", "minor", "rx-level 110101")},
        ),
        ("pmp_450m", {"1.3.6.1.4.1.161.19.3.1.3.1.0": 2}, {("link-degraded", "minor", "gps")}),
        ("rutos-rutx_rut955", {f"{RUT}.2.2.1.15.1": b"Disconnected"}, {("link-down", "major", "mobile 1")}),
    ],
)
def test_a_fault_raises_its_alarm_and_nothing_else(
    device: str, fault: dict[str, Value], raises: set[tuple[str, str, str]]
) -> None:
    values = recordings.recorded(device)
    profile = recordings.profile_of(values, recordings.shipped())
    assert fault.keys() <= values.keys(), "the recording has what is changed"

    def alarms(given: dict[str, Value]) -> set[tuple[str, str, str]]:
        return {
            (alarm.alarm_type, alarm.severity.value, alarm.qualifier)
            for alarm in crossed(profile, readings(profile, given))
        }

    assert alarms(values) == STANDING.get(device, set())
    assert alarms(values | fault) - STANDING.get(device, set()) == raises


@pytest.mark.parametrize(
    ("trap", "varbind", "fault"),
    [
        ("hwRectifierFaultAlarmTraps", ("hwRectEquipId", 2002), {f"{SMU}.3.2.2.1.99.28676": 2}),
        ("hwAcInputAlarmTraps", ("hwAcEquipId", 4001), {f"{SMU}.5.2.1.1.99.1": 2}),
        ("hwDcUltraUnderVoltageTraps", ("hwDcOutputEquipId", 6001), {f"{SMU}.6.2.1.1.4.1": 449}),
        ("hwBattDischargeAlarmTraps", ("hwBattsGroupId", 3000), {f"{SMU}.4.2.3.0": 3}),
        ("hwSpareDigitalAlarmTraps", ("hwSpareDigitalEquipId", 11004), {f"{SMU}.8.2.3.1.99.4": 2}),
    ],
)
def test_what_is_read_and_what_a_trap_tells_of_one_fault_is_one_alarm(
    trap: str, varbind: tuple[str, int], fault: dict[str, Value]
) -> None:
    profile = load(SHIPPED / "huawei-site-monitor-mib.toml")
    oid = {name: oid_text(raw) for name, raw in profile.names.items()}
    message = v2_message(oid[trap], [(oid[varbind[0]], "integer", varbind[1])])
    told = Classifier([profile]).classify(decode(message), profile.name)
    (seen,) = crossed(profile, readings(profile, recordings.recorded("huawei-smu_11b") | fault))
    assert (seen.alarm_type, seen.kind, seen.qualifier) == (told.alarm_type, told.kind, told.qualifier)
