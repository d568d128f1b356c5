"""Copies of datagrams for other processes: whole through every size, and never a hindrance to the listener."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from collectors.places import Source
from collectors.wire.cli import record
from collectors.wire.datagrams import LARGEST_MESSAGE, MESSAGE_BYTES, Copy, Datagram, decode_batch, encode_batches
from collectors.wire.tap import Taps

HERE = Source("10.0.0.1", 161)
_BLOCK = bytes(range(256)) * 256


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "taps").mkdir()
    return tmp_path


@pytest.fixture
def taps(folder: Path) -> Iterator[Taps]:
    taps = Taps(folder)
    yield taps
    taps.close()


def recorder(folder: Path, name: str = "record.sock") -> socket.socket:
    tap = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    tap.bind(str(folder / "taps" / name))
    tap.setblocking(False)
    return tap


def received(tap: socket.socket) -> list[Copy]:
    found: list[Copy] = []
    while True:
        try:
            found += decode_batch(tap.recv(LARGEST_MESSAGE))
        except BlockingIOError:
            return found


@given(st.lists(st.tuples(st.integers(0, 65_507), st.integers(0, 65_535)), max_size=60))
def test_batches_carry_every_datagram_unchanged_in_messages_that_fit(sizes: list[tuple[int, int]]) -> None:
    datagrams: list[Datagram] = [(_BLOCK[:size], Source("10.0.0.1", port)) for size, port in sizes]
    messages = list(encode_batches(datagrams, 1.5))
    copies = [decode_batch(message) for message, _ in messages]
    assert [(one.data, one.source) for batch in copies for one in batch] == datagrams
    assert [number for _, number in messages] == [len(batch) for batch in copies]
    assert all(one.at == 1.5 for batch in copies for one in batch)
    assert all(len(message) <= MESSAGE_BYTES or number == 1 for message, number in messages)
    assert all(len(message) < LARGEST_MESSAGE for message, _ in messages)


@given(st.binary(max_size=100))
def test_what_is_no_batch_is_refused_with_one_kind_of_error(message: bytes) -> None:
    with suppress(msgspec.MsgspecError):
        assert all(isinstance(one, Copy) for one in decode_batch(message))


def test_every_tap_gets_a_copy_from_the_next_look_on(folder: Path, taps: Taps) -> None:
    taps.look()
    with recorder(folder, "a.sock") as first, recorder(folder, "b.sock") as second:
        taps.copy([(b"early", HERE)], 1.0)
        taps.look()
        taps.copy([(b"one", HERE), (b"", HERE)], 2.0)
        expected = [Copy(2.0, "10.0.0.1", 161, b"one"), Copy(2.0, "10.0.0.1", 161, b"")]
        assert received(first) == received(second) == expected


def test_a_tap_that_does_not_read_loses_and_holds_nobody_up(folder: Path, taps: Taps) -> None:
    with recorder(folder) as tap:
        taps.look()
        for number in range(2000):
            taps.copy([(b"%d" % number + bytes(1000), HERE)], 0.0)
        found = received(tap)
        assert 0 < len(found) < 2000
        taps.copy([(b"again", HERE)], 0.0)
        assert [one.data for one in received(tap)] == [b"again"]


def test_a_tap_that_went_away_is_let_go_and_one_in_its_place_taken_up(folder: Path, taps: Taps) -> None:
    recorder(folder).close()  # its file stays
    taps.look()
    taps.copy([(b"lost", HERE)], 0.0)
    (folder / "taps" / "record.sock").unlink()
    with recorder(folder) as tap:
        taps.look()
        taps.copy([(b"heard", HERE)], 0.0)
        assert [one.data for one in received(tap)] == [b"heard"]
        (folder / "taps" / "record.sock").unlink()
        taps.look()
        taps.copy([(b"unheard", HERE)], 0.0)
        assert received(tap) == []
    with recorder(folder, "last.sock") as tap:
        taps.look()
    taps.copy([(b"to nobody", HERE)], 0.0)


def test_a_folder_with_a_name_longer_than_a_sockets_address_works(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 100)
    (deep / "taps").mkdir(parents=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as tap:
        tap.bind(str(tmp_path / "s"))
        (tmp_path / "s").rename(deep / "taps" / "record.sock")
        tap.setblocking(False)
        taps = Taps(deep)
        taps.look()
        taps.copy([(b"heard", HERE)], 0.0)
        taps.close()
        assert [one.data for one in received(tap)] == [b"heard"]


def test_nobody_gets_copies_by_a_link_or_by_a_socket_of_somebody_else(
    folder: Path, taps: Taps, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as thief:
        thief.bind(str(folder / "thief"))
        thief.setblocking(False)
        (folder / "taps" / "link.sock").symlink_to(folder / "thief")
        (folder / "taps" / "file.sock").write_text("no socket")
        taps.look()
        taps.copy([(b"secret", HERE)], 0.0)
        assert received(thief) == []
        (folder / "taps" / "link.sock").unlink()
        (folder / "thief").rename(folder / "taps" / "foreign.sock")
        monkeypatch.setattr(os, "geteuid", lambda: 12345)
        os.chown(folder / "taps" / "foreign.sock", 4242 if os.getuid() == 0 else -1, -1)
        taps.look()
        taps.copy([(b"secret", HERE)], 0.0)
        assert received(thief) == []


def test_a_recording_is_readable_by_nobody_else_and_writes_over_nothing(tmp_path: Path) -> None:
    capture = tmp_path / "capture.pcap"
    said = CliRunner().invoke(record, [str(capture), "--for", "0", "--data-dir", str(tmp_path)])
    assert said.exit_code == 0, said.output
    assert stat.S_IMODE(capture.stat().st_mode) == 0o600
    before = capture.read_bytes()
    again = CliRunner().invoke(record, [str(capture), "--for", "0", "--data-dir", str(tmp_path)])
    assert "is there already" in str(again.exception)
    assert capture.read_bytes() == before
