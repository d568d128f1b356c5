"""One page's buffer: order, bounds, and what a user may see. Time and sequence numbers are handed in."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.live.client import Audience, Client, may_see, topics_of
from dashboards.live.recent import Recent, Told, told
from guywire.feed import TOPICS, Change
from guywire.identity import User
from guywire.model import Role

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
ANN = User("ann", Role.NOC_OPERATOR, "", "", "")
MAX = User("max", Role.AREA_MANAGER, "south/harbour/quay", "", "")


def _change(seq: int, topic: str = "alarm", **body: Any) -> Change:
    return Change("alarm_correlation", seq, NOW, topic, f"X{seq}", "", {"id": f"X{seq}", **body})


@dataclass
class Source:
    """The hub as a page knows it."""

    seq: int
    recent: Recent

    @property
    def epoch(self) -> str:
        return self.recent.epoch

    def handed_on(self) -> dict[str, int]:
        return {"alarm_correlation": self.seq}

    def since(self, epoch: str, after: Mapping[str, int]) -> Iterable[Told] | None:
        return self.recent.since(epoch, after)


def _offer(client: Client, *changes: Change) -> None:
    """Each in a message of its own, to this page alone."""
    audience = Audience(client.user, client.topics)
    audience.clients.add(client)
    for change in changes:
        audience.tell(told(change))
        audience.flush()


def _said(client: Client, seq: int, recent: Recent | None = None) -> list[dict[str, Any]]:
    messages = asyncio.run(client.next_messages(Source(seq, recent or Recent()), lambda: NOW))
    return [json.loads(message) for message in messages]


def _greeted(user: User = ANN, most_waiting: int = 100) -> Client:
    client = Client(user, most_waiting)
    client.subscribe(TOPICS)
    _said(client, 0)
    return client


def test_nothing_is_handed_on_before_the_hello_that_counts_it_in() -> None:
    client = Client(ANN)
    client.subscribe(["alarm"])
    _offer(client, _change(1))
    recent = Recent()
    hello = {"type": "hello", "epoch": recent.epoch, "seq": {"alarm_correlation": 1}, "now": "2026-11-21T08:00:00Z"}
    assert _said(client, 1, recent) == [hello | {"topics": ["alarm"]}]
    _offer(client, _change(2))
    assert [change["seq"] for change in _said(client, 2)[0]["changes"]] == [2]


def test_a_ping_comes_behind_all_that_waits() -> None:
    client = _greeted()
    client.ping(NOW)
    _offer(client, _change(1))
    messages = _said(client, 1)
    assert [message["type"] for message in messages] == ["changes", "ping"]
    assert messages[1]["seq"] == {"alarm_correlation": 1}, "how far the page has come, though some was not for it"


def test_pages_that_see_alike_share_one_message() -> None:
    audience = Audience(ANN, frozenset({"alarm"}))
    audience.clients |= {_greeted(), _greeted()}
    for seq in range(1, 4):
        audience.tell(told(_change(seq)))
    audience.tell(told(_change(4, topic="ticket")))
    audience.flush()
    (one,), (other,) = (
        asyncio.run(client.next_messages(Source(4, Recent()), lambda: NOW)) for client in audience.clients
    )
    assert one is other
    assert [change["seq"] for change in json.loads(one)["changes"]] == [1, 2, 3]


def _recent(*changes: Change, most: int = 100) -> Recent:
    recent = Recent(most)
    recent.begin({"alarm_correlation": 0})
    for change in changes:
        recent.add(told(change))
    return recent


def test_a_page_that_was_away_goes_on_where_it_was() -> None:
    recent = _recent(
        _change(1, region="south/harbour/quay"),
        _change(2, region="south/harbour/quay"),
        _change(3, region="north"),
        _change(4, topic="ticket", regions=["south/harbour/quay"]),
    )
    client = Client(MAX)
    client.subscribe(["alarm"], {"alarm_correlation": 1}, recent.epoch)
    hello, missed = _said(client, 4, recent)
    assert (hello["type"], hello["resumed"], hello["seq"]) == ("hello", True, {"alarm_correlation": 1})
    assert [change["seq"] for change in missed["changes"]] == [2]
    assert missed["changes"][0]["body"]["region"] == "south/harbour/quay"


def test_a_page_that_was_away_too_long_begins_anew() -> None:
    recent = _recent(*(_change(seq) for seq in range(1, 6)), most=2)
    assert recent.since(recent.epoch, {"alarm_correlation": 2}) is None
    assert [one.change.seq for one in recent.since(recent.epoch, {"alarm_correlation": 3}) or ()] == [4, 5]
    assert recent.since(recent.epoch, {"dispatch": 9}) is None, "a publisher that the page does not know of"
    client = Client(ANN)
    client.subscribe(["alarm"], {"alarm_correlation": 2}, recent.epoch)
    (hello,) = _said(client, 5, recent)
    assert "resumed" not in hello
    assert hello["seq"] == {"alarm_correlation": 5}


def test_a_page_of_another_epoch_begins_anew_whatever_its_numbers_say() -> None:
    recent = _recent(_change(1), _change(2))
    before, after = recent.epoch, {"alarm_correlation": 2}
    assert recent.since(before, after) == []
    recent.begin(after)
    assert recent.since(before, after) is None
    client = Client(ANN)
    client.subscribe(["alarm"], {"alarm_correlation": 900}, before)
    (hello,) = _said(client, 2, recent)
    assert "resumed" not in hello
    assert hello["epoch"] == recent.epoch


def test_a_full_buffer_becomes_one_resync() -> None:
    client = _greeted(most_waiting=2)
    _offer(client, *(_change(seq) for seq in range(1, 10)))
    recent = Recent()
    assert _said(client, 9, recent) == [
        {"type": "resync", "epoch": recent.epoch, "seq": {"alarm_correlation": 9}, "now": "2026-11-21T08:00:00Z"}
    ]
    assert client.resyncs == 1


@given(st.lists(st.integers(1, 8), max_size=20), st.integers(1, 10))
def test_what_a_page_gets_is_gapless_or_begins_again_with_a_resync(bursts: list[int], most_waiting: int) -> None:
    client, seq, known = _greeted(most_waiting=most_waiting), 0, 0
    for burst in bursts:
        _offer(client, *(_change(seq + n + 1) for n in range(burst)))
        seq += burst
        for message in _said(client, seq):
            if message["type"] == "resync":
                known = message["seq"]["alarm_correlation"]
            for change in message.get("changes", []):
                assert change["seq"] == known + 1
                known = change["seq"]
    assert known == seq


@pytest.mark.parametrize(
    ("body", "seen"),
    [
        ({"region": "south/harbour/quay"}, True),
        ({"region": "south/harbour/quay/pier"}, True),
        ({"region": "south/harbour/quays"}, False),
        ({"region": "south/harbour"}, False),
        ({"region": None}, False),
        ({}, False),
        ({"gone": True}, True),
        ({"region": "north", "regions": ["north", "south/harbour/quay"]}, True),
        ({"region": "north", "regions": []}, False),
    ],
)
def test_an_area_manager_sees_what_touches_the_region(body: dict[str, Any], seen: bool) -> None:
    assert may_see(MAX, _change(1, **body)) is seen
    assert may_see(ANN, _change(1, **body))


def test_topics_follow_the_permissions() -> None:
    assert topics_of(ANN) == set(TOPICS)
    assert topics_of(User("amy", Role.COMPLAINT_AGENT, "", "", "")) == {"complaint"}
    assert topics_of(User("red", Role.TENANT, "", "", "Red")) == set()
    assert topics_of(User("kim", Role.TECHNICIAN, "", "K1", "")) == set()
