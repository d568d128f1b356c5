"""The collector's edges to the world that no packet test reaches: kernel tables, the inventory cache, odd values."""

from __future__ import annotations

from pathlib import Path

import pytest

from collectors.inventory import load_cache, save_cache
from collectors.places import Equipment, Snapshot
from collectors.wire.listen import drops_of
from collectors.wire.oid import encode_oid
from collectors.wire.values import INTEGER, OCTETS, OID, value_text

PROC_NET_UDP = """\
   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  100: 0100007F:048A 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 4711 2 0000000000000000 0
  101: 00000000:048A 00000000:0000 07 00000000:00033400 00:00000000 00000000     0        0 4712 2 0000000000000000 1234
"""


def test_the_kernels_drops_are_read_for_the_socket_that_is_asked_for(tmp_path: Path) -> None:
    table = tmp_path / "udp"
    table.write_text(PROC_NET_UDP)
    assert [drops_of([inode], table) for inode in (4711, 4712, 4713)] == [0, 1234, 0]
    assert drops_of([4711, 4712], table) == 1234
    assert drops_of([4711], tmp_path / "absent") == 0


def test_a_cached_inventory_is_read_back_as_older_than_any_of_the_database(tmp_path: Path) -> None:
    path = tmp_path / "inventory.json"
    assert load_cache(path) == Snapshot()
    snapshot = Snapshot(7, {"S1": "sh/pudong"}, [Equipment("S1", "radio-1", address="10.0.0.1")])
    save_cache(path, snapshot)
    found = load_cache(path)
    assert (found.version, found.domains, found.equipment) == (-1, snapshot.domains, snapshot.equipment)
    path.write_text("{")
    assert load_cache(path) == Snapshot()


@pytest.mark.parametrize(
    ("tag", "raw", "text"),
    [
        (OCTETS, b"port \x00eth0\x00", "706f727420006574683000"),
        (OCTETS, b"line one\r\nline two\x00", "line one line two"),
        (OCTETS, "市电停电".encode(), "市电停电"),
        (OCTETS, "市电停电".encode("gb18030"), "市电停电"),
        (OCTETS, b"\x07\xea\x0b\x15\x08\x00\x00\x00", "07ea0b1508000000"),
        (INTEGER, b"\xff", "-1"),
        (OID, b"", "0.0"),
    ],
)
def test_a_value_is_printable_text_on_one_line(tag: int, raw: bytes, text: str) -> None:
    assert value_text(tag, raw) == text


@pytest.mark.parametrize("text", ["", "1", "1.2.", "1..2", "3.1", "1.40", "1.3.-6", "1.3.x", "1.3.4294967296", "1.3.١"])
def test_what_is_no_object_identifier_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an object identifier"):
        encode_oid(text)
