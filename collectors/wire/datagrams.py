"""Datagrams on their way between processes: batches to the SNMPv3 process, and copies to whoever records.

One message of a socket that keeps messages apart holds one batch, as MessagePack: an array of `[at, ip, port, data]`,
`at` being the time of receipt in seconds since the epoch, `ip` and `port` the sender's, `data` the datagram's bytes.
A message holds up to 60,000 bytes of data, or one datagram that is larger by itself (65,507 bytes at the most).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from collectors.places import Source

Datagram = tuple[bytes, Source]

MESSAGE_BYTES = 60_000
LARGEST_MESSAGE = 1 << 17
"""No message is longer: what to receive it into."""

_OVERHEAD = 64  # of each datagram, generously


class Copy(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A datagram as it travels."""

    at: float
    ip: str
    port: int
    data: bytes

    @property
    def source(self) -> Source:
        return Source(self.ip, self.port)


_encoder, _decoder = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(list[Copy])


def encode_batches(datagrams: Sequence[Datagram], at: float) -> Iterator[tuple[bytes, int]]:
    """Messages, each with the number of datagrams in it."""
    batch: list[Copy] = []
    size = 0
    for data, source in datagrams:
        if batch and size + len(data) + _OVERHEAD > MESSAGE_BYTES:
            yield _encoder.encode(batch), len(batch)
            batch, size = [], 0
        batch.append(Copy(at, source.ip, source.port, data))
        size += len(data) + _OVERHEAD
    if batch:
        yield _encoder.encode(batch), len(batch)


def decode_batch(message: bytes) -> list[Copy]:
    """What one message holds. Raises `msgspec.MsgspecError` for what is none."""
    return _decoder.decode(message)
