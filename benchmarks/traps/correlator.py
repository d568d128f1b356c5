"""What stands for the correlator: a real receiver of the stream that acknowledges what comes, and has no database."""

from __future__ import annotations

import asyncio
import sys

from guywire.stream import Receiver


async def main(url: str) -> None:
    """Acknowledges until it is terminated."""
    receiver = Receiver(url, {})
    while True:
        await receiver.ack(await receiver.batch(1.0))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
