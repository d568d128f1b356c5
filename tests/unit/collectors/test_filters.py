"""Who may send: networks and communities, compiled; and what a policy that names no network is told."""

from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.learning import Learning
from collectors.pipeline import Knowledge, hear
from collectors.places import Equipment, Places, Snapshot, Source
from collectors.policy import Policy, default_policy, policy_file
from collectors.profile.classify import Classifier
from collectors.wire.decode import decode
from collectors.wire.filters import Filters, community_of
from guywire.policy_file import PolicyError, read_policy
from guywire.settings import Settings
from tests.unit.collectors.snmp_messages import v1_message, v2_message

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
LINK_DOWN = "1.3.6.1.6.3.1.1.5.3"
SHIPPED = Path("collectors/policy.toml")


def heard(data: bytes, ip: str, filters: Filters) -> str:
    places = Places(Snapshot(1, {"S1": "sh/pudong"}, [Equipment("S1", "radio-1", address="10.0.0.1")]))
    return hear(data, Source(ip, 161), AT, Knowledge(places, Classifier(()), filters)).refused


def test_traps_come_only_from_the_networks_that_are_named() -> None:
    filters = Filters(["10.0.0.0/8", "192.168.7.9"])
    trap = v2_message(LINK_DOWN)
    assert [heard(trap, ip, filters) for ip in ("10.255.0.1", "192.168.7.9", "192.168.7.8", "11.0.0.0")] == [
        "", "", "source_not_allowed", "source_not_allowed",
    ]  # fmt: skip
    assert heard(b"rubbish", "11.0.0.0", filters) == "source_not_allowed", "what may not come is not even decoded"


@given(st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 32)), max_size=5), st.integers(0, 2**32 - 1))
def test_an_address_is_admitted_just_when_a_network_holds_it(networks: list[tuple[int, int]], address: int) -> None:
    named = [IPv4Network((number, bits), strict=False) for number, bits in networks]
    ip = IPv4Address(address)
    assert Filters(map(str, named)).admits(str(ip)) == (not named or any(ip in network for network in named))


def test_a_community_that_is_not_known_is_refused_and_any_is_taken_when_none_is_asked_for() -> None:
    trap = v2_message(LINK_DOWN)
    assert heard(trap, "10.0.0.1", Filters(communities=frozenset({b"public", b"other"}))) == ""
    assert heard(trap, "10.0.0.1", Filters(communities=frozenset({b"publi", b"ublic", b"publicc"}))) == (
        "wrong_community"
    )
    assert heard(trap, "10.0.0.1", Filters(communities=frozenset())) == "wrong_community"
    assert heard(trap, "10.0.0.1", Filters()) == ""
    assert heard(b"rubbish", "10.0.0.1", Filters(communities=frozenset())) == "bad_tag"


@pytest.mark.parametrize("message", [v2_message(LINK_DOWN), v1_message("1.3.6.1.4.1.1", "10.0.0.1", 6, 1)])
@given(community=st.binary(max_size=255))
def test_the_community_is_what_stands_before_the_pdu_in_any_encoding_of_lengths(
    message: bytes, community: bytes
) -> None:
    at = message.index(b"\x04\x06public")
    body = message[at + 8 :]
    for length in (_length(len(community)), b"\x82" + len(community).to_bytes(2, "big")):
        inner = message[at - 3 : at] + b"\x04" + length + community + body
        data = b"\x30" + _length(len(inner)) + inner
        assert community_of(data, decode(data).pdu_at) == community


def _length(number: int) -> bytes:
    return bytes((number,)) if number < 128 else b"\x82" + number.to_bytes(2, "big")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("10.0.0.0/33", "'10.0.0.0/33' is no IPv4 network: write it as 10.0.0.0/8"),
        ("everywhere", "'everywhere' is no IPv4 network"),
        ("fd00::/8", "'fd00::/8' is no IPv4 network"),
        ("10.1.2.3/8", "'10.1.2.3/8' is an address in a network: write 10.0.0.0/8 for all of it"),
    ],
)
def test_a_policy_with_a_bad_network_is_refused_with_file_line_and_what_to_write(source: str, words: str) -> None:
    text = SHIPPED.read_text("utf-8").replace("sources = []", f'sources = ["10.0.0.0/8", "{source}"]')
    with pytest.raises(PolicyError) as refused:
        read_policy(text, "collectors.toml", Policy)
    line = text.splitlines().index("[traps]") + 1
    assert words in str(refused.value)
    assert str(refused.value).startswith(f"collectors.toml:{line}:")


def test_the_old_policy_stays_in_force_when_the_new_one_names_no_network(tmp_path: Path) -> None:
    (tmp_path / "policy").mkdir()
    own = tmp_path / "policy" / "collectors.toml"
    text = SHIPPED.read_text("utf-8")
    file = policy_file(tmp_path)
    own.write_text(text.replace("sources = []", 'sources = ["10.0.0.0/8"]'))
    assert file.current().traps.sources == ("10.0.0.0/8",)
    own.write_text(text.replace("sources = []", 'sources = ["10.0.0.0/99"]'))
    assert file.current().traps.sources == ("10.0.0.0/8",)
    own.unlink()
    assert file.current() == default_policy()


def test_policy_and_credentials_are_taken_over_when_they_change(tmp_path: Path) -> None:
    learning = Learning(Settings(data_dir=tmp_path))
    trap = v2_message(LINK_DOWN)
    before = learning.knowledge.filters
    learning.look()
    assert learning.knowledge.filters is before, "what did not change is not compiled anew"
    (tmp_path / "policy").mkdir()
    text = SHIPPED.read_text("utf-8").replace("check_community = false", "check_community = true ")
    (tmp_path / "policy" / "collectors.toml").write_text(text)
    learning.look()
    assert heard(trap, "10.0.0.1", learning.knowledge.filters) == "wrong_community"
    credentials = tmp_path / "credentials.toml"
    credentials.touch(mode=0o600)
    credentials.write_text('[mine]\nversion = "2c"\ncommunity = "public"\n')
    learning.look()
    assert heard(trap, "10.0.0.1", learning.knowledge.filters) == ""
