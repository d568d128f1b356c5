"""`python -m benchmarks.consoles [--parts list,snapshot,fanout] [--alarms 50000] [--changes 200] [--consoles 50]`."""

from __future__ import annotations

import argparse
import asyncio

from benchmarks.consoles import fanout, scrolling, snapshot
from benchmarks.consoles.system import system


async def main(given: argparse.Namespace) -> None:
    parts = given.parts.split(",")
    if {"list", "snapshot"} & set(parts):
        async with system(given.alarms) as running:
            if "snapshot" in parts:
                await snapshot.measure(running, given.consoles)
            if "list" in parts:
                await scrolling.measure(running, given.alarms, given.seconds, given.changes)
    if "fanout" in parts:
        async with system(0) as running:
            await fanout.measure(running, given.consoles, given.storm, given.rate)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.consoles")
    parser.add_argument("--parts", default="snapshot,list,fanout")
    parser.add_argument("--alarms", type=int, default=50_000)
    parser.add_argument("--changes", type=int, default=200, help="a second, while one scrolls")
    parser.add_argument("--seconds", type=float, default=15.0, help="of each way of scrolling")
    parser.add_argument("--consoles", type=int, default=50)
    parser.add_argument("--storm", type=int, default=10_000, help="alarms of the storm")
    parser.add_argument("--rate", type=int, default=1_000, help="of them a second")
    asyncio.run(main(parser.parse_args()))
