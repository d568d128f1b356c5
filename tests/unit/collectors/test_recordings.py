"""Recordings of real devices, read from their files: sensors and states are those that another system reads."""

from __future__ import annotations

import sys

import pytest

from collectors.profile.sensors import readings
from tests.unit.collectors import recordings
from tests.unit.collectors.recordings import DEVICES, FOLDER, MISSING

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=MISSING)

SUITS = {
    "apc_smx750i": "apc",
    "deltaups_rfc1628string": "delta-ups",
    "eltek-webpower": "eltek",
    "ericsson-ml": "ericsson-mini-link",
    "himoinsa-gensets": "himoinsa",
    "huawei-smu_11b": "huawei-site-monitor-mib",
    "huaweiups_ups2000": "huawei-ups",
    "hwg-poseidon": "poseidon",
    "ict-mps": "ict",
    "pmp_450m": "cambium-pmp",
    "rutos-rutx_rut955": "teltonika-rutos",
    "saf-cfm": "saf",
    "siklu-mhtg_mh-n366": "siklu",
    "siteboss571_siteboss571": "siteboss",
}


@pytest.mark.parametrize("device", SUITS)
def test_each_device_is_recognised_by_what_it_says_of_itself(device: str) -> None:
    assert recordings.profile_of(recordings.recorded(device), recordings.shipped()).name == SUITS[device]


@pytest.mark.parametrize("device", DEVICES)
def test_at_least_95_percent_of_what_a_profile_covers_is_read_as_the_key_has_it(device: str) -> None:
    coverage = recordings.read_from_file(device, recordings.shipped())
    assert coverage.same >= 0.95 * coverage.covered, coverage.different
    assert coverage.covered >= 0.7 * coverage.listed, coverage.missing


def test_even_with_the_keys_own_mistakes_counted_as_ours_95_percent_are_the_same() -> None:
    profiles = recordings.shipped()
    coverages = [recordings.read_from_file(device, profiles) for device in DEVICES]
    sys.stdout.write(recordings.report(coverages))
    deviating = sum(coverage.deviating for coverage in coverages)
    covered = sum(coverage.covered for coverage in coverages)
    assert deviating == len(recordings.DEVIATIONS), "a deviation that the key does not have is a mistake of its own"
    assert sum(coverage.same for coverage in coverages) >= 0.95 * (covered + deviating)


@pytest.mark.parametrize("device", DEVICES)
def test_no_two_readings_of_a_device_have_one_identity(device: str) -> None:
    values = recordings.recorded(device)
    found = readings(recordings.profile_of(values, recordings.shipped()), values)
    assert len({(reading.metric, reading.qualifier) for reading in found}) == len(found)
    assert all(reading.label for reading in found)
