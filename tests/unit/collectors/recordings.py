"""Recordings of real devices against what another network management system reads out of them.

`python -m tests.unit.collectors.recordings` prints how much of each device the profiles cover.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from collectors.profile.compile import SHIPPED, Profile, load
from collectors.profile.recording import read_recording
from collectors.profile.sensor import Health, Reading, Value
from collectors.profile.sensors import matching, readings
from collectors.profile.shelf import profile_files

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "data" / "snmp_recordings"
DEVICES = sorted(path.stem for path in FOLDER.glob("*.snmprec"))
MISSING = "the shared recordings of devices are not beside the repository"

UPS = "1.3.6.1.2.1.33.1."
DEVIATIONS = {
    **dict.fromkeys(
        [("deltaups_rfc1628string", UPS + cell) for cell in ("3.3.1.3.1", "4.4.1.2.1", "5.3.1.2.1")],
        "2300 on a 230 V output: the card sends tenths of a volt, the key takes them for volts",
    ),
    **dict.fromkeys(
        [("huaweiups_ups2000", UPS + cell) for cell in ("3.3.1.2.1", "4.2.0", "5.1.0")],
        "500 in a 50 Hz network: tenths, as RFC 1628 has it; the key reads 5 Hz",
    ),
    ("huaweiups_ups2000", UPS + "2.3.0"): "4294967295 minutes: the UPS cannot tell; the key takes it for a number",
}
"""Where the key itself is wrong, and why: these count as listed, not as covered."""

_HEALTH = {0: Health.OK, 1: Health.WARNING, 2: Health.CRITICAL, 3: Health.UNKNOWN}


class Listed(NamedTuple):
    """A line of the key: `health` is None for numbers."""

    oid: str
    name: str
    value: float
    health: Health | None


class Coverage(NamedTuple):
    device: str
    profile: str
    listed: int
    covered: int
    same: int
    deviating: int
    missing: list[str]
    different: list[str]

    @property
    def line(self) -> str:
        share = f"{100 * self.covered / self.listed:5.1f} %"
        cells = f"{self.listed:6} {self.covered:8} {share} {self.same:6} {self.deviating:9}"
        return f"{self.device:26} {self.profile:24} {cells}"


HEAD = f"{'device':26} {'profile':24} {'listed':>6} {'covered':>8}         {'same':>6} {'deviating':>9}"


@cache
def shipped() -> tuple[Profile, ...]:
    return tuple(load(path) for path in profile_files(SHIPPED))


def recorded(device: str) -> dict[str, Value]:
    path = FOLDER / f"{device}.snmprec"
    return read_recording(path.read_bytes().decode("utf-8", "surrogateescape").split("\n"), path.name)


def profile_of(values: Mapping[str, Value], profiles: Iterable[Profile]) -> Profile:
    """The profile that suits best."""
    return matching(profiles, values)[0][1]


def key_of(device: str) -> list[Listed]:
    """What the other system lists of a device."""
    text = json.loads((FOLDER / f"{device}.expected.json").read_text("utf-8"))
    sensors = _discovery(text, "sensors")
    states = {
        (row["state_name"], row["state_value"]): _HEALTH[row["state_generic_value"]]
        for row in sensors.get("state_indexes", [])
    }
    out = [
        Listed(
            row["sensor_oid"].removeprefix("."),
            row["sensor_descr"],
            float(row["sensor_current"]),
            states[row["state_name"], row["sensor_current"]] if row["sensor_class"] == "state" else None,
        )
        for row in sensors.get("sensors", [])
    ]
    for row in _discovery(text, "wireless").get("wireless_sensors", []):
        (oid,) = json.loads(row["sensor_oids"])
        out.append(Listed(oid.removeprefix("."), row["sensor_descr"], float(row["sensor_current"]), None))
    return out


def compare(device: str, profile: Profile, found: Iterable[Reading]) -> Coverage:
    by_oid: dict[str, list[Reading]] = {}
    for reading in found:
        by_oid.setdefault(reading.oid, []).append(reading)
    key = key_of(device)
    deviating = [listed for listed in key if (device, listed.oid) in DEVIATIONS]
    missing = [listed for listed in key if listed not in deviating and listed.oid not in by_oid]
    covered = [listed for listed in key if listed not in deviating and listed.oid in by_oid]
    different = [listed for listed in covered if not any(_same(listed, reading) for reading in by_oid[listed.oid])]
    return Coverage(
        device,
        profile.name,
        len(key),
        len(covered),
        len(covered) - len(different),
        len(deviating),
        [f"{one.oid} {one.name}" for one in missing],
        [f"{one} is {[(r.value, r.state, r.health.value) for r in by_oid[one.oid]]}" for one in different],
    )


def _same(listed: Listed, reading: Reading) -> bool:
    """States are the same when their meaning is; the key has plain counts as states of which it knows nothing."""
    if reading.sensor.states is not None:
        return listed.health is reading.health
    if listed.health not in (None, Health.UNKNOWN):
        return False
    return abs(reading.value - listed.value) <= 1e-6 * max(1.0, abs(listed.value))


def _discovery(text: Mapping[str, Any], part: str) -> Mapping[str, Any]:
    """The key writes a part that the device has not as null, and a poll like the discovery as a word."""
    found = (text.get(part) or {}).get("discovery")
    return found if isinstance(found, dict) else {}


def report(coverages: Iterable[Coverage]) -> str:
    """How much of each device is covered, and what of it is not, or is read otherwise."""
    found = list(coverages)
    lines = [HEAD]
    for coverage in found:
        lines += [coverage.line]
        lines += [f"    not covered: {one}" for one in coverage.missing]
        lines += [f"    different: {one}" for one in coverage.different]
    numbers = [(one.listed, one.covered, one.same, one.deviating) for one in found]
    listed, covered, same, deviating = map(sum, zip(*numbers, strict=True))
    return "\n".join([*lines, Coverage("together", "", listed, covered, same, deviating, [], []).line, ""])


def read_from_file(device: str, profiles: Iterable[Profile]) -> Coverage:
    """The recording as its profile reads it, without a wire."""
    values = recorded(device)
    profile = profile_of(values, profiles)
    return compare(device, profile, readings(profile, values))


if __name__ == "__main__":
    known = shipped()
    sys.stdout.write(report(read_from_file(device, known) for device in DEVICES))
