"""One device asked over real packets: old agents and new, small ones, real net-snmp, and those that misbehave."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Callable, Iterator
from typing import cast

import pytest

from collectors.credentials import Community, User
from collectors.poll.ask import SYS_UPTIME, Answer, Bounds, Question, ask
from tests.integration.polled_devices import (
    GET,
    NO_SUCH_INSTANCE,
    UPTIME,
    Behaviour,
    Device,
    Devices,
    Request,
    a_ups,
    decode,
    integer,
    oid,
    response,
    ticks,
)
from tests.integration.polling_world import real_agent
from tests.ports import free_port

PUBLIC, OLD = Community("public", "2c", b"public"), Community("old", "1", b"public")
BOUNDS = Bounds(timeout=0.3, retries=1, seconds=3, rows=200)
BATTERY, OUTPUT = "1.3.6.1.2.1.33.1.2", "1.3.6.1.2.1.33.1.4"
STATUS, NOTHING = BATTERY + ".1.0", BATTERY + ".99.0"
OUTPUTS = {f"{OUTPUT}.{name}" for name in ("1.0", "2.0", "3.0", "4.1.2.1", "4.1.2.2", "4.1.5.1", "4.1.5.2")}
UPS = Device(a_ups())


def asked(
    behaviour: Behaviour, question: Question, credential: Community | User = PUBLIC, bounds: Bounds = BOUNDS
) -> Answer:
    with Devices({"127.1.0.1": behaviour}) as served:
        return asyncio.run(ask(f"127.1.0.1:{served.port}", credential, question, bounds))


@pytest.mark.parametrize("credential", [PUBLIC, OLD])
def test_instances_and_subtrees_are_read_whole_and_what_is_not_there_is_left_out(credential: Community) -> None:
    answer = asked(UPS.answer, Question((STATUS, NOTHING), (OUTPUT, "1.3.6.1.2.1.33.1.8")), credential)
    assert (answer.answered, answer.trouble) == (True, "")
    assert answer.values.keys() == {SYS_UPTIME, STATUS, *OUTPUTS}
    assert answer.whole == {OUTPUT, "1.3.6.1.2.1.33.1.8"}
    assert (answer.uptime, answer.values[STATUS]) == (8_640_000, 2)


def test_an_agent_whose_answers_are_small_is_asked_in_small_pieces() -> None:
    small = Device(a_ups(), most=3)
    names = tuple(f"{BATTERY}.{number}.0" for number in range(1, 8))
    answer = asked(small.answer, Question(names, (OUTPUT,)))
    assert answer.values.keys() == {SYS_UPTIME, *names, *OUTPUTS}


def test_an_agent_that_cannot_do_bulk_is_walked_row_by_row() -> None:
    def no_bulk(request: Request) -> list[bytes]:
        if request.repetitions > 1 and request.kind != GET:
            return [response(request, [(name, (5, b"")) for name in request.names], 1)]
        return UPS.answer(request)

    answer = asked(no_bulk, Question((), (OUTPUT,)))
    assert answer.values.keys() == {SYS_UPTIME, *OUTPUTS}
    assert answer.whole == {OUTPUT}


def test_a_table_that_answers_with_an_error_is_not_taken_for_an_empty_one() -> None:
    def broken(request: Request) -> list[bytes]:
        if request.names == [UPTIME]:
            return UPS.answer(request)
        return [response(request, [(name, (5, b"")) for name in request.names], 5, 1)]

    answer = asked(broken, Question((), (OUTPUT,)))
    assert (answer.answered, answer.trouble, answer.whole) == (True, "unreadable", set())


def test_another_community_is_no_answer() -> None:
    assert asked(UPS.answer, Question(), Community("other", "2c", b"other")) == Answer(False, {}, set(), "timeout")


def test_a_request_that_gets_lost_is_sent_again() -> None:
    heard: list[Request] = []

    def forgetful(request: Request) -> list[bytes]:
        heard.append(request)
        return UPS.answer(request) if len(heard) % 2 == 0 else []

    answer = asked(forgetful, Question((STATUS,), (OUTPUT,)))
    assert (answer.trouble, set(answer.values)) == ("", {SYS_UPTIME, STATUS, *OUTPUTS})


def in_circles(request: Request) -> list[bytes]:
    """The next of whatever is asked for is always the same."""
    if request.kind == GET:
        return UPS.answer(request)
    return [response(request, [(oid(OUTPUT + ".1.0"), integer(1)), (oid(OUTPUT + ".2.0"), integer(1))] * 5)]


def without_end(request: Request) -> list[bytes]:
    """There is always one more row."""
    if request.kind == GET:
        return UPS.answer(request)
    return [response(request, [((*request.names[0], 1), integer(1))])]


def of_another(request: Request) -> list[bytes]:
    return [response(request, [(UPTIME, ticks(1))], number=request.number ^ 1)]


def garbage(request: Request) -> list[bytes]:
    return [b"\xff\x00garbage"]


def other_names(request: Request) -> list[bytes]:
    return [response(request, [(oid("1.3.9.9"), integer(1))])]


def what_nobody_sends(request: Request) -> list[bytes]:
    return [response(request, [(name, NO_SUCH_INSTANCE) for name in request.names])]


@pytest.mark.parametrize(
    ("behaviour", "credential", "answered", "trouble"),
    [
        (in_circles, PUBLIC, True, "endless"),
        (without_end, PUBLIC, True, "endless"),
        (without_end, OLD, True, "endless"),
        (of_another, PUBLIC, False, "timeout"),
        (garbage, PUBLIC, True, "unreadable"),
        (what_nobody_sends, OLD, True, "unreadable"),
    ],
)
def test_an_agent_that_misbehaves_costs_no_more_than_its_bounds(
    behaviour: Behaviour, credential: Community, answered: bool, trouble: str
) -> None:
    answer = asked(behaviour, Question((STATUS,), (OUTPUT,)), credential)
    assert (answer.answered, answer.trouble) == (answered, trouble)
    assert OUTPUT not in answer.whole
    assert len(answer.values) <= BOUNDS.rows + 2


def test_names_that_nobody_asked_for_are_not_taken() -> None:
    assert asked(other_names, Question((STATUS,))).values == {}


class Drip(asyncio.DatagramProtocol):
    """Answers each request with stray answers, one after the other, faster than a request's time-out."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        request = decode(data)
        stray = response(request, [(UPTIME, ticks(1))], number=request.number ^ 1)
        for number in range(100):
            asyncio.get_running_loop().call_later(number * 0.1, self._transport.sendto, stray, address)


async def test_an_agent_that_drips_stray_answers_is_given_up_when_its_turn_is_over() -> None:
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(Drip, ("127.0.0.1", 0))
    port = transport.get_extra_info("sockname")[1]
    answer = await ask(f"127.0.0.1:{port}", PUBLIC, Question((STATUS,)), BOUNDS._replace(seconds=0.8))
    transport.close()
    assert answer == Answer(False, {}, set(), "late")


async def test_where_nobody_can_be_reached_nobody_answers() -> None:
    for address, trouble in {f"127.0.0.1:{free_port()}": "timeout", "127.255.255.255": "unreachable"}.items():
        assert await ask(address, PUBLIC, Question(), BOUNDS) == Answer(False, {}, set(), trouble)


USERS = """
createUser reader SHA-256 "a long enough secret" AES "another long secret"
createUser plain SHA "only authenticated"
rouser reader authpriv
rouser plain auth
"""
READER = User("reader", "reader", "sha256", b"a long enough secret", "aes128", b"another long secret")
PLAIN = User("plain", "plain", "sha1", b"only authenticated")
needs_snmpd = pytest.mark.skipif(shutil.which("snmpd") is None, reason="net-snmp's snmpd (Debian package snmpd)")


@pytest.fixture(scope="module")
def snmpd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real agent that has come up."""
    port = free_port()
    with real_agent(tmp_path_factory.mktemp("snmpd"), port, USERS):
        _until(lambda: asyncio.run(ask(f"127.0.0.1:{port}", PUBLIC, Question(), BOUNDS)).answered)
        yield f"127.0.0.1:{port}"


def _until(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < ends


@needs_snmpd
@pytest.mark.parametrize("credential", [PUBLIC, OLD, READER, PLAIN])
async def test_net_snmp_s_agent_answers_in_every_version(snmpd: str, credential: Community | User) -> None:
    question = Question(("1.3.6.1.2.1.1.1.0",), ("1.3.6.1.2.1.2.2.1.2", "1.3.6.1.2.1.33"))
    answer = await ask(snmpd, credential, question, BOUNDS)
    assert (answer.answered, answer.trouble, answer.whole) == (True, "", set(question.walks))
    assert b"lo" in answer.values.values(), "the name of the loopback interface"
    assert answer.uptime is not None


@needs_snmpd
@pytest.mark.parametrize(
    "credential",
    [
        User("reader", "reader", "sha256", b"not the right secret", "aes128", b"another long secret"),
        User("nobody", "nobody", "sha256", b"a long enough secret", "aes128", b"another long secret"),
    ],
)
async def test_net_snmp_s_agent_refuses_who_has_no_right(snmpd: str, credential: User) -> None:
    answer = await ask(snmpd, credential, Question(), BOUNDS)
    assert (answer.answered, answer.values, answer.trouble) == (True, {}, "refused")
