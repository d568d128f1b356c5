"""The stream: alarm events from a collector's spool to the correlator, across machines, none lost and none twice."""

from guywire.stream.outflow import Outbox, Piece
from guywire.stream.protocol import EVENTS_PER_BATCH, Batch, Mark
from guywire.stream.receiver import Receiver
from guywire.stream.security import StreamError
from guywire.stream.sender import Sender

__all__ = ["EVENTS_PER_BATCH", "Batch", "Mark", "Outbox", "Piece", "Receiver", "Sender", "StreamError"]
