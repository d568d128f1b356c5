"""kill -9 at any moment: what the keeper said that it kept is there exactly once, what the guard holds included."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

from collectors.catch import Catch
from collectors.spool import Spool
from guywire.model import AlarmEvent, Identity
from guywire.stream.protocol import decode_events
from tests.integration.keeping_process import batch, keeper_of
from tests.unit.collectors.spool_events import final_states

ROUNDS = 12


def test_what_was_kept_before_a_kill_is_there_once_after_it(tmp_path: Path) -> None:
    chance = random.Random(11)
    path, kept = tmp_path / "s.sqlite", 0
    for _ in range(ROUNDS):
        said = _until_killed(path, kept, chance.randrange(1, 60))
        spool = Spool(path)
        here = _counted(_everything(spool))
        expected = [
            _counted([event for number in range(count) for event in batch(number)]) for count in (said, said + 1)
        ]
        assert here in expected, "it may have been killed between the disk and the word, and nowhere else"
        kept = said + expected.index(here)
        _same_inform_again(spool, kept)
        assert final_states(_everything(spool)) == final_states(e for number in range(kept) for e in batch(number))
        spool.close()


def _until_killed(path: Path, first: int, after: int) -> int:
    """Lets a process keep batches until it has said so many, kills it; how many it said were kept in all."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.integration.keeping_process", str(path), str(first)],
        stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert child.stdout is not None
    said = [child.stdout.readline() for _ in range(after)]
    child.kill()
    said += child.stdout.readlines()
    child.wait()
    child.stdout.close()
    whole = [line for line in said if line.endswith("\n")]
    assert [int(line) for line in whole] == list(range(first, first + len(whole)))
    return first + len(whole)


def _everything(spool: Spool) -> list[AlarmEvent]:
    """What is pending, and after it what the guard holds."""
    out: list[AlarmEvent] = []
    for lane in spool.last():
        after = 0
        while (piece := spool.pending(lane, after)) is not None:
            assert piece.first_seq == after + 1
            after = piece.last_seq
            out += decode_events(piece.last_seq - piece.first_seq + 1, piece.events)
    return [*out, *(event for held in spool.held() for event in held)]


def _counted(events: list[AlarmEvent]) -> Counter[Identity]:
    counted: Counter[Identity] = Counter()
    for event in events:
        counted[event.identity] += event.count
    return counted


def _same_inform_again(spool: Spool, kept: int) -> None:
    """The inform of the last batch comes again, because its answer was lost with the process."""
    before = _counted(_everything(spool))
    last = batch(kept - 1)[0]
    assert keeper_of(spool).keep(Catch([last], {0: str(kept - 1).encode()}), last.at)
    assert _counted(_everything(spool)) == before
