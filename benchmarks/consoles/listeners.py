"""`python -m benchmarks.consoles.listeners URL CONSOLES STORM`: the consoles of the fan-out, as a feed knows them.

Reads a token from its input, says `ready` when all are subscribed, then what they saw as one line of JSON.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec
from websockets.asyncio.client import ClientConnection, connect

from guywire.feed import TOPICS

_PATIENCE_SECONDS = 60


class Change(msgspec.Struct):
    """As much of a change as a listener must understand."""

    seq: int
    at: datetime


class Message(msgspec.Struct):
    type: str
    changes: list[Change] = []


@dataclass
class Seen:
    """What all of them saw: how many seconds each change came after its publication; by console how many came."""

    behind: list[float] = field(default_factory=list)
    heard: Counter[int] = field(default_factory=Counter)
    resyncs: int = 0
    bytes: int = 0


async def _listen(socket: ClientConnection, number: int, storm: int, seen: Seen) -> None:
    while seen.heard[number] < storm:
        text = await socket.recv(decode=False)
        message = msgspec.json.decode(text, type=Message)
        now = datetime.now(UTC)
        seen.bytes += len(text)
        seen.resyncs += message.type == "resync"
        seen.heard[number] += len(message.changes)
        seen.behind += [(now - change.at).total_seconds() for change in message.changes]


async def _subscribed(stack: contextlib.AsyncExitStack, url: str, token: str, max_queue: int = 16) -> ClientConnection:
    headers = {"Authorization": f"Bearer {token}"}
    live = url.replace("http", "ws") + "/api/v1/live"
    socket = await stack.enter_async_context(
        connect(
            live, additional_headers=headers, max_size=None, close_timeout=0.1, compression=None, max_queue=max_queue
        )
    )
    await socket.send(json.dumps({"type": "subscribe", "topics": list(TOPICS)}))
    return socket


async def main(url: str, consoles: int, storm: int) -> None:
    token = sys.stdin.readline().strip()
    seen = Seen()
    async with contextlib.AsyncExitStack() as stack:
        sockets = [await _subscribed(stack, url, token) for _ in range(consoles)]
        slow = await _subscribed(stack, url, token, max_queue=1)
        for socket in [*sockets, slow]:
            await socket.recv()
        print("ready", flush=True)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await asyncio.gather(*(_listen(socket, n, storm, seen) for n, socket in enumerate(sockets)))
        behind = sorted(seen.behind) or [float("nan")]
        told = {
            "p50": behind[len(behind) // 2],
            "p99": behind[int(len(behind) * 0.99)],
            "worst": behind[-1],
            "complete": sum(count >= storm for count in seen.heard.values()),
            "resyncs": seen.resyncs,
            "slow": await _fate(slow),
            "bytes": seen.bytes,
            "cpu": time.process_time(),
        }
        print(json.dumps(told), flush=True)


async def _fate(slow: ClientConnection) -> str:
    """What the one that did not read finds when it reads at last."""
    read = 0
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(5):
            while True:
                message = msgspec.json.decode(await slow.recv(decode=False), type=Message)
                read += len(message.changes)
                if message.type == "resync":
                    return f"told to begin anew after {read} changes"
    return f"{read} changes and no word"


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
