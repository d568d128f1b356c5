"""Children's logs stay bounded, their last words are found, and restarts come ever later."""

from __future__ import annotations

import asyncio
import itertools
import os
import socket
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from guywire.health import ask
from guywire.postgres.server import fatal_words
from guywire.process import logs
from guywire.process.child import ending
from guywire.process.keep import LONGEST_PAUSE, kept, pauses
from guywire.settings import Settings
from guywire.supervisor.program import last_words


def test_pauses_double_up_to_the_longest() -> None:
    assert list(itertools.islice(pauses(), 6)) == [0.5, 1, 2, 4, LONGEST_PAUSE, LONGEST_PAUSE]


class Stumbling:
    """A unit whose first start breaks in a way that nobody foresaw."""

    name = "stumbling"

    def __init__(self) -> None:
        self.starts = 0
        self.stopped = asyncio.Event()

    async def start(self) -> str:
        self.starts += 1
        if self.starts == 1:
            raise RuntimeError("nobody thought of this")
        return "ready"

    async def wait(self) -> str:
        await self.stopped.wait()
        return "ended"

    async def stop(self) -> None:
        return


async def test_a_unit_that_breaks_unforeseen_is_started_again() -> None:
    told: list[str] = []
    unit = Stumbling()
    async with kept(unit, lambda _, what: told.append(what)) as ready, asyncio.timeout(10):
        await ready.wait()
    assert unit.starts == 2
    assert told[:2] == [
        "failed unforeseen: RuntimeError('nobody thought of this'); starting it again in 0.5 s",
        "ready",
    ]


@pytest.mark.parametrize("answer", [b"HTTP/1.0 500 no\r\nContent-Length: 90\r\n\r\nhalf a", b"nonsense\r\n", b""])
def test_a_service_whose_answer_breaks_off_is_unwell_and_no_more(answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def once() -> None:
            line, _ = server.accept()
            with line:
                line.recv(4096)
                line.sendall(answer)

        answering = threading.Thread(target=once)
        answering.start()
        well, said = ask(replace(Settings(), metrics_port=server.getsockname()[1]), "collectors")
        answering.join()
    assert not well
    assert said


@pytest.mark.parametrize(("code", "words"), [(0, "ended with 0"), (3, "ended with 3"), (-9, "killed by SIGKILL")])
def test_an_ending_is_told_in_words(code: int, words: str) -> None:
    assert ending(code) == words


def test_a_log_that_has_grown_is_turned_over_under_the_feet_of_its_writer(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "service.log"
    with logs.appending(path) as descriptor:
        for generation in range(logs.KEPT + 2):
            os.write(descriptor, f"{generation}\n".encode())
            logs.turn_over(path, largest=1)
        os.write(descriptor, b"now\n")
    assert path.read_text() == "now\n"
    kept = [path.with_name(f"service.log.{n + 1}") for n in range(logs.KEPT + 1)]
    assert [older.read_text() if older.exists() else None for older in kept] == ["4\n", "3\n", "2\n", None]


def test_a_small_log_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "service.log"
    path.write_text("few words\n")
    logs.turn_over(path)
    assert path.read_text() == "few words\n"


def test_lines_since_a_mark_are_found_and_bounded(tmp_path: Path) -> None:
    path = tmp_path / "service.log"
    assert logs.size(path) == 0
    path.write_text("before\n")
    mark = logs.size(path)
    with path.open("a") as file:
        file.write("one\n\ntwo\n")
    assert logs.since(path, mark) == ["one", "two"]
    assert logs.since(path, 0, longest=4) == ["two"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("ModuleNotFoundError: No module named 'x'", "ModuleNotFoundError: No module named 'x'"),
        ('{"event": "service.died", "exception": "Traceback\\n  ...\\nOSError: disk full"}', "OSError: disk full"),
        ('{"event": "service.died", "reason": "UDP :162 is taken."}', "UDP :162 is taken."),
        ('{"event": "service.stopped"}', "service.stopped"),
        ("[1, 2]", "[1, 2]"),
        ("x" * 1000, "x" * 200 + "..."),
    ],
)
def test_last_words_are_for_a_person(line: str, words: str) -> None:
    assert last_words(["earlier", line]) == words


def test_postgres_reason_comes_with_its_detail() -> None:
    lines = ["... LOG:  starting", "... FATAL:  the files do not fit", "... DETAIL:  They are of version 12.", "x"]
    assert fatal_words(lines) == "the files do not fit. They are of version 12."
    assert fatal_words(lines[:2]) == "the files do not fit"
    assert fatal_words(["no such library"]) == "no such library"
    assert fatal_words([]) == "it said nothing"
