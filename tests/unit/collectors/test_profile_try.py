"""`guywire profile try`: a recording of a device, a profile that suits it, and what that makes of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from collectors.profile.cli import profile
from collectors.profile.recording import RecordingError, read_recording
from guywire.errors import GuywireError

RECORDING = """1.3.6.1.2.1.1.1.0|4|a UPS
1.3.6.1.2.1.1.2.0|6|.1.3.6.1.4.1.99999.1
1.3.6.1.2.1.33.1.2.1.0|2|3
1.3.6.1.2.1.33.1.2.4.0|66|12
1.3.6.1.2.1.33.1.2.5.0|2|437
1.3.6.1.2.1.33.1.3.3.1.3.1|2|0
1.3.6.1.2.1.33.1.4.1.0|2|5
1.3.6.1.2.1.33.1.6.2.1.2.1|6|1.3.6.1.2.1.33.1.6.3.2
1.3.6.1.2.1.33.1.6.2.1.2.2|6|1.3.6.1.2.1.33.1.6.3.16
"""


def _tried(tmp_path: Path, text: str, *options: str) -> Result:
    recording = tmp_path / "ups.snmprec"
    recording.write_text(text)
    return CliRunner().invoke(profile, ["try", str(recording), *options])


def test_a_recording_is_shown_by_the_profile_that_suits_with_its_sensors_and_alarms(tmp_path: Path) -> None:
    lines = _tried(tmp_path, RECORDING).output.splitlines()
    assert lines[0].endswith("ups.snmprec: 9 values")
    assert lines[1].startswith("profile ups-mib: suits, for upsBatteryStatus.0 is there")
    told = [" ".join(line.split()) for line in lines]
    assert "battery-charge battery charge 12 % critical" in told
    assert "battery-voltage battery voltage 43.7 V" in told
    assert "output-state output source battery critical" in told
    alarms = told[told.index("alarm severity qualifier text") + 1 :]
    assert alarms == [
        "battery-low-voltage major the battery is nearly used up",
        "mains-failure major on battery",
        "mains-under-voltage minor 1 input 1 voltage 0 V",
        "fan-failure minor ups one or more fans have failed",
    ], "the table's mains failure is the one that the sensor tells of"


def test_the_columns_stand_below_one_another(tmp_path: Path) -> None:
    lines = _tried(tmp_path, RECORDING).output.splitlines()
    head = next(line for line in lines if line.startswith("metric "))
    at = head.index("value")
    for line in lines[lines.index(head) + 1 : lines.index("", lines.index(head))]:
        assert line[at - 1] == " "
        assert line[at] != " "


def test_a_profile_may_be_named_or_be_a_file(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        'name = "own"\ndescription = "mine"\n[names]\nvolts = "1.3.6.1.2.1.33.1.2.5"\n'
        '[[sensors]]\nmetric = "battery-voltage"\noid = "volts.0"\nlabel = "蓄电池"\ndivisor = 10\n'
    )
    assert "profile own: asked for, from " in _tried(tmp_path, RECORDING, "--profile", str(own)).output
    assert "battery-voltage  蓄电池  43.7 V" in _tried(tmp_path, RECORDING, "--profile", str(own)).output
    assert (
        "profile if-mib: asked for\n\nno readings\n\nno alarm\n"
        in _tried(tmp_path, RECORDING, "--profile", "if-mib").output
    )


@pytest.mark.parametrize(
    ("text", "options", "reason"),
    [
        ("1.3.6.1.2.1.1.1.0|4\n", (), "ups.snmprec:1: there are not three parts"),
        (RECORDING + "1.3.six|4|x\n", (), "ups.snmprec:10: '1.3.six' is not an object identifier"),
        ("1.3.6.1|99|x\n", (), "ups.snmprec:1: '99' is no type of a value"),
        ("1.3.6.1|2|many\n", (), "ups.snmprec:1: invalid literal"),
        ("1.3.6.1|4x|0g\n", (), "ups.snmprec:1: non-hexadecimal"),
        ("1.3.6.1.2.1.1.1.0|4|a thing\n", (), "no profile suits this device. Name one with --profile."),
        (RECORDING, ("--profile", "nonsense"), "There is no profile 'nonsense'"),
    ],
)
def test_what_cannot_be_tried_is_told_in_one_line(
    tmp_path: Path, text: str, options: tuple[str, ...], reason: str
) -> None:
    failed = _tried(tmp_path, text, *options)
    assert isinstance(failed.exception, GuywireError)
    assert reason in str(failed.exception)
    assert "\n" not in str(failed.exception)


def test_values_come_as_a_poller_would_be_told_them() -> None:
    lines = [
        "# a remark\n",
        "\n",
        "1.3.6.1.1.0|2|-5\r\n",
        ".1.3.6.1.2.0|4|a|b\n",
        "1.3.6.1.3.0|4x|ff00\n",
        "1.3.6.1.4.0|5|\n",
        "1.3.6.1.5.0|6|.1.3.6\n",
        "1.3.6.1.6.0|64x|0a000001\n",
        "1.3.6.1.7.0|64|10.0.0.1\n",
        "1.3.6.1.8.0|70|18446744073709551615\n",
        "1.3.6.1.9.0|67|100\n",
        "1.3.6.1.10.0|4:numeric|rate=1\n",
    ]
    assert read_recording(lines, "x") == {
        "1.3.6.1.1.0": -5,
        "1.3.6.1.2.0": b"a|b",
        "1.3.6.1.3.0": b"\xff\0",
        "1.3.6.1.4.0": None,
        "1.3.6.1.5.0": "1.3.6",
        "1.3.6.1.6.0": "10.0.0.1",
        "1.3.6.1.7.0": "10.0.0.1",
        "1.3.6.1.8.0": 2**64 - 1,
        "1.3.6.1.9.0": 100,
    }
    with pytest.raises(RecordingError, match=r"x:1: "):
        read_recording(["nonsense"], "x")
