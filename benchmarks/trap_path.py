"""Where a trap's microseconds go: each pure stage of the collectors by itself, and all of them, over mixed traffic."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from benchmarks.traps.traffic import datagrams, snapshot
from collectors.pipeline import Knowledge, heard
from collectors.places import Places, Source
from collectors.profile.classify import Classifier
from collectors.profile.compile import SHIPPED, load
from collectors.profile.shelf import profile_files
from collectors.wire.decode import decode
from collectors.wire.intake import sift

DATAGRAMS = 20_000
ROUNDS = 5
_In = TypeVar("_In")
_Out = TypeVar("_Out")


def knowledge() -> Knowledge:
    """The inventory of the traffic, and the profiles that ship."""
    return Knowledge(Places(snapshot()), Classifier([load(path) for path in profile_files(SHIPPED)]))


def main() -> None:
    """Prints one line a stage: microseconds of CPU a datagram, the best of the rounds."""
    known, now = knowledge(), datetime.now(UTC)
    places, classifier = known.places, known.classifier
    came = [(one.data, Source(one.source, 162)) for one in datagrams(DATAGRAMS)]
    traps = _stage("decode", lambda one: decode(one[0]), came)
    senders = _stage("sender", lambda one: places.sender(*one), [(t, s) for t, (_, s) in zip(traps, came, strict=True)])
    profiles = [sender.equipment.profile if sender.equipment else "" for sender in senders]
    verdicts = _stage("classify", lambda one: classifier.classify(*one), list(zip(traps, profiles, strict=True)))
    spoken = list(zip(senders, verdicts, strict=True))
    _stage("place", lambda one: places.place(one[0], one[1].kind, one[1].site, one[1].profile), spoken)
    both = list(zip(traps, came, strict=True))
    _stage("sender to event", lambda one: heard(one[0], one[1][1], now, known, one[1][0]), both)
    batches = [came[at : at + 500] for at in range(0, DATAGRAMS, 500)]
    _stage("all, to a catch", lambda batch: sift(batch, now, known), batches, per=500)


def _stage(name: str, does: Callable[[_In], _Out], inputs: Sequence[_In], per: int = 1) -> list[_Out]:
    """Times one stage over all inputs, each of which stands for `per` datagrams; returns what it made of them."""
    best = float("inf")
    for _ in range(ROUNDS):
        started = time.process_time()
        made = [does(one) for one in inputs]
        best = min(best, time.process_time() - started)
    print(f"{name:16} {best / len(inputs) / per * 1e6:6.2f} us")
    return made


if __name__ == "__main__":
    main()
