"""A text by Apprise: to a real mail server and a real web hook on loopback; and pauses between tries."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guywire.backoff import Backoff
from guywire.messages import AddressError, Messenger, check_address, fill, kind_of

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # a plugin of Apprise


@contextmanager
def mail_server(replies: dict[str, str] | None = None) -> Iterator[tuple[int, list[str]]]:
    """A server that takes mail as RFC 5321 has it, one connection after the other; yields port and lines heard."""
    heard: list[str] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as lines:
                _talk(lines, heard, replies or {})

    serving = threading.Thread(target=serve, daemon=True)
    serving.start()
    try:
        yield listening.getsockname()[1], heard
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        serving.join(10)


def _talk(lines: object, heard: list[str], replies: dict[str, str]) -> None:
    def say(text: str) -> None:
        lines.write(f"{text}\r\n".encode())  # type: ignore[attr-defined]
        lines.flush()  # type: ignore[attr-defined]

    say("220 here")
    in_data = False
    for raw in lines:  # type: ignore[attr-defined]
        line = raw.decode().rstrip()
        heard.append(line)
        command = line.partition(" ")[0].upper()
        if in_data:
            in_data = line != "."
            if not in_data:
                say("250 taken")
        elif command == "QUIT":
            say("221 bye")
            return
        else:
            in_data = command == "DATA"
            say(replies.get(command, "354 go on" if in_data else "250 ok"))


def address(port: int) -> str:
    return f"mailto://127.0.0.1:{port}?mode=insecure&from=guywire@example.com&to={{person}}@example.com"


async def test_a_mail_reaches_the_server_with_title_and_text() -> None:
    messenger = Messenger()
    with mail_server() as (port, heard):
        assert await messenger.send([fill(address(port), {"person": "li"})], "Guywire", "New job at S1") == (True,)
    messenger.close()
    assert any(line.upper() == "RCPT TO:<LI@EXAMPLE.COM>" for line in heard)
    assert "Subject: Guywire" in heard
    assert "New job at S1" in heard


async def test_of_several_addresses_each_says_for_itself_whether_it_took_the_message() -> None:
    messenger = Messenger()
    with mail_server({"RCPT": "550 nobody here"}) as (bad, _), mail_server() as (good, _):
        sent = await messenger.send([address(bad), address(good), "nosuchservice://x"], "t", "b")
    messenger.close()
    assert sent == (False, True, False)


async def test_a_server_that_says_nothing_costs_its_time_and_no_more() -> None:
    messenger = Messenger(seconds=0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert await messenger.send([address(silent.getsockname()[1])], "t", "b") == (False,)
    messenger.close()


def test_an_address_that_is_none_is_refused_without_its_secrets() -> None:
    with pytest.raises(AddressError) as refused:
        check_address("nosuchservice://user:secret@host")
    assert str(refused.value).startswith("nosuchservice: ")
    assert "secret" not in str(refused.value)
    check_address(address(25))


def test_of_an_address_only_its_scheme_is_shown() -> None:
    assert kind_of("twilio://SID:TOKEN@from/to") == "twilio"
    assert kind_of("secret") == "?"


@given(st.text())
def test_what_is_filled_in_cannot_become_another_address(value: str) -> None:
    filled = fill("json://host/{phone}/end?x=1", {"phone": value})
    inner = filled.removeprefix("json://host/").removesuffix("/end?x=1")
    assert not set(inner) & set("/?&#@: {}")


@given(st.integers(1, 50), st.floats(0.1, 100), st.floats(100, 5000), st.floats(0, 10_000))
def test_pauses_never_shrink_obey_what_is_wished_stay_under_the_longest_and_end(
    tries: int, first: float, longest: float, wished: float
) -> None:
    backoff = Backoff(first_seconds=first, longest_seconds=longest, tries=tries)
    assert backoff.pause_after(tries) is None
    pauses = [backoff.pause_after(number) for number in range(1, tries)]
    found = [pause for pause in pauses if pause]
    assert len(found) == tries - 1
    assert found == sorted(found)
    assert all(pause <= timedelta(seconds=longest) for pause in found)
    if tries > 1:
        asked = backoff.pause_after(1, timedelta(seconds=wished))
        assert asked is not None
        assert asked >= timedelta(seconds=min(wished, longest))
