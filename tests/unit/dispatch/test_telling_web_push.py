"""Web Push: what goes over the wire can be opened by its browser alone, and goes nowhere that policy does not name."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import http_ece  # type: ignore[import-untyped]
import httpcore
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st
from pywebpush import WebPushException  # type: ignore[import-untyped]

from dispatch.telling.model import Message, Outcome, Recipient, Subscription
from dispatch.telling.public_network import NotAllowed, PublicNetwork, is_public
from dispatch.telling.push_message import Signatures, body_of, sealed, take_down_of, topic_of
from dispatch.telling.web_push import may_call, outcome_of, outcome_of_error
from tests.integration.push_service import Browser, Pushed

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
HOSTS = {"push.example.com", "127.0.0.1", "10.0.0.1"}


def message(words: str) -> Message:
    both = {"zh": words, "en": words}
    return Message(notice_id="W1/offered/T1", kind="offered", at=NOW, words=both, recipient=Recipient("T1"))


@given(st.text())
def test_only_the_browser_opens_it_and_the_longest_words_fit_a_push_message(words: str) -> None:
    browser, other = Browser("https://push.example.com/1"), Browser("https://push.example.com/2")
    for said in (words, words * 4000 + "。" * 4000):
        body = sealed(body_of(message(said)), Subscription(browser.endpoint, browser.p256dh, browser.auth, NOW))
        assert len(body) <= 4096  # RFC 8291, 4
        pushed = Pushed("/1", {"content-encoding": "aes128gcm"}, body)
        opened = browser.opened(pushed)["words"]["zh"]
        assert said.startswith(opened.removesuffix("…"))
        assert opened == said or len(opened) > 180
        with pytest.raises(http_ece.ECEException):
            other.opened(pushed)


def test_a_notice_and_its_end_name_one_tag_and_one_topic() -> None:
    one = message("x")
    assert json.loads(take_down_of(one)) == {"id": "W1/offered/T1", "kind": "over"}
    assert json.loads(body_of(one))["id"] == "W1/offered/T1"
    assert len(topic_of(one)) == 32  # RFC 8030, 5.4: at most, of the base64url alphabet
    assert topic_of(one).replace("-", "").replace("_", "").isalnum()


def test_keys_that_are_none_are_an_error_and_not_a_message_in_the_clear() -> None:
    with pytest.raises(WebPushException, match="Invalid p256dh"):
        sealed(b"{}", Subscription("https://push.example.com/1", "AAAA", "AAAA", NOW))


def test_a_signature_is_used_for_one_service_and_half_of_its_time() -> None:
    signatures = Signatures(ec.generate_private_key(ec.SECP256R1()))
    first = signatures.header("https://a.example.com/x", "mailto:noc@example.com", NOW)
    assert signatures.header("https://a.example.com/y", "mailto:noc@example.com", NOW) is first
    assert signatures.header("https://b.example.com/x", "mailto:noc@example.com", NOW) != first
    anew = signatures.header("https://a.example.com/x", "mailto:noc@example.com", NOW + timedelta(hours=6))
    claims = Pushed("", {"authorization": anew["Authorization"]}, b"").claims("https://a.example.com")
    assert claims["exp"] == (NOW + timedelta(hours=18)).timestamp()


@pytest.mark.parametrize(
    ("endpoint", "private", "allowed"),
    [
        ("https://push.example.com/x", False, True),
        ("https://push.example.com:8443/x", False, True),
        ("http://push.example.com/x", True, False),
        ("http://127.0.0.1:9/x", True, True),
        ("http://127.0.0.1:9/x", False, False),
        ("http://10.0.0.1/x", True, False),
        ("https://other.example.com/x", True, False),
        ("https://push.example.com@other.example.com/x", True, False),
        ("https://user:word@push.example.com/x", True, False),
        ("https://push.example.com:port/x", False, False),
        ("ftp://push.example.com/x", True, False),
        ("https://[broken/x", True, False),
        ("", True, False),
    ],
)
def test_only_what_policy_names_is_called_by_https_or_on_loopback(endpoint: str, private: bool, allowed: bool) -> None:
    assert may_call(endpoint, HOSTS.__contains__, private=private) is allowed


@pytest.mark.parametrize(
    ("status", "retry_after", "outcome"),
    [
        (201, "", Outcome("delivered", "201")),
        (202, "", Outcome("delivered", "202")),
        (301, "", Outcome("failed", "301")),
        (400, "", Outcome("failed", "400")),
        (403, "", Outcome("failed", "403")),
        (404, "", Outcome("gone", "404")),
        (410, "", Outcome("gone", "410")),
        (413, "", Outcome("failed", "413")),
        (429, "30", Outcome("waiting", "429", timedelta(seconds=30))),
        (503, "Sat, 21 Nov 2026 08:01:00 GMT", Outcome("waiting", "503", timedelta(minutes=1))),
        (503, "Sat, 21 Nov 2026 07:00:00 GMT", Outcome("waiting", "503")),
        (500, "soon", Outcome("waiting", "500")),
        (500, "9" * 40, Outcome("waiting", "500", timedelta(days=1))),
    ],
)
def test_what_a_push_service_answers_is_understood(status: int, retry_after: str, outcome: Outcome) -> None:
    assert outcome_of(status, retry_after, NOW) == outcome


@given(st.integers(100, 599), st.text())
def test_no_answer_is_an_error(status: int, retry_after: str) -> None:
    assert outcome_of(status, retry_after, NOW).pause >= timedelta()


def test_a_lost_line_is_tried_again_and_a_forbidden_address_is_not() -> None:
    assert outcome_of_error(httpcore.ConnectError("to secret")) == Outcome("waiting", "no connection: ConnectError")
    assert outcome_of_error(TimeoutError()).state == "waiting"
    assert outcome_of_error(NotAllowed("the name leads into a private network")).state == "failed"
    assert outcome_of_error(ValueError("secret")) == Outcome("failed", "cannot be sent: ValueError")


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:8.8.8.8", True),
        ("2002:0a00:0001::", False),
        ("64:ff9b::a00:1", False),
    ],
)
def test_private_addresses_are_told_from_public_ones(address: str, public: bool) -> None:
    assert is_public(address) is public


@given(st.ip_addresses(v=4, network="10.0.0.0/8") | st.ip_addresses(v=4, network="127.0.0.0/8"))
def test_a_private_address_is_private_however_it_is_wrapped(address: object) -> None:
    packed = ip_address(str(address)).packed
    for prefix in ("::ffff:0:0", "64:ff9b::"):
        wrapped = ip_address(ip_address(prefix).packed[:12] + packed)
        assert not is_public(str(wrapped))


async def test_a_name_that_leads_into_a_private_network_is_not_connected_to() -> None:
    with pytest.raises(NotAllowed):
        await PublicNetwork(lambda: False).connect_tcp("localhost", 1)
    with pytest.raises(httpcore.ConnectError) as refused:  # nobody listens there, but it was tried
        await PublicNetwork(lambda: True).connect_tcp("localhost", 1)
    assert not isinstance(refused.value, NotAllowed)
