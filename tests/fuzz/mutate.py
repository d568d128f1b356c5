"""A million broken datagrams from a seed: `python -m tests.fuzz.mutate [--count 1000000] [--seed 1]`.

Prints what became of them by reason, the slowest one, and how far memory grew after the first tenth. Whatever is
neither a trap nor a `DecodeError` ends the run with the datagram in hexadecimal.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.fuzz.targets import outcome

CORPUS = Path(__file__).parent / "corpus" / "decode"
_PAGE = 4096


def corpus() -> list[bytes]:
    """The kept inputs: each reaches something in the decoder or behind it that no smaller set does."""
    return [path.read_bytes() for path in sorted(CORPUS.iterdir())]


def mutated(chance: random.Random, seeds: Sequence[bytes]) -> bytes:
    """A seed with one to four things wrong with it; one in twenty is nothing but noise."""
    if chance.random() < 0.05:
        return chance.randbytes(chance.randrange(200))
    data = bytearray(chance.choice(seeds))
    for _ in range(chance.randrange(1, 5)):
        _spoil(chance, data, seeds)
    return bytes(data)


def _spoil(chance: random.Random, data: bytearray, seeds: Sequence[bytes]) -> None:
    at = chance.randrange(len(data) + 1)
    match chance.randrange(6):
        case 0 if at < len(data):
            data[at] = chance.choice((chance.randrange(256), 0x00, 0x7F, 0x80, 0x84, 0xFF))
        case 1 if at < len(data):
            data[at] ^= 1 << chance.randrange(8)
        case 2:
            data[at:at] = chance.randbytes(chance.randrange(6))
        case 3:
            del data[at : at + chance.randrange(1, 6)]
        case 4:
            data[at:at] = data[at : at + chance.randrange(1, 40)] * chance.randrange(1, 4)
        case _:
            other = chance.choice(seeds)
            data[at:] = other[chance.randrange(len(other) + 1) :]


def run(count: int, seed: int) -> Iterator[tuple[bytes, str, float]]:
    """Each datagram with what became of it and the CPU-seconds that it took."""
    chance, seeds = random.Random(seed), [data for data in corpus() if data]
    outcome(seeds[0])  # what is loaded at first use is no datagram's cost
    for _ in range(count):
        data = mutated(chance, seeds)
        started = time.thread_time()
        try:
            became = outcome(data)
        except Exception as error:
            raise AssertionError(f"{data.hex()}: {error!r}") from error
        yield data, became, time.thread_time() - started


def resident_bytes() -> int:
    """What this process holds in memory (proc(5))."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * _PAGE


def main() -> None:
    """Runs, and prints the account."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.mutate", description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    outcomes: Counter[str] = Counter()
    worst, warm = (0.0, b""), 0
    for number, (data, became, seconds) in enumerate(run(chosen.count, chosen.seed)):
        outcomes[became] += 1
        worst = max(worst, (seconds, data))
        if number == chosen.count // 10:
            warm = resident_bytes()
    for reason, number in outcomes.most_common():
        print(f"{number:10} {reason}")
    print(f"slowest: {worst[0] * 1000:.2f} ms for {len(worst[1])} bytes, decoded twice and heard from four senders")
    print(f"memory: {(resident_bytes() - warm) / 1024:.0f} KiB more than after the first tenth")


if __name__ == "__main__":
    main()
