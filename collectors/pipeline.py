"""The life of a datagram at a collector, all its stages in order.

    filter      source address, then community            collectors.wire.filters
    decode      datagram -> trap                          collectors.wire.decode
    sender      trap, source -> equipment                 collectors.places
    classify    trap, its sender's profile -> verdict     collectors.profile.classify
    place       sender, verdict -> site and resource      collectors.places
    event       all of it -> alarm event                  here
    catch       a batch of events, handed over            collectors.wire.intake, by way of collectors.feeding.link
    guard       repeats of a storm -> merged              collectors.keeping.guard
    spool       events -> on disk, in one transaction     collectors.spool
    answer      informs, only now                         collectors.wire.intake
    stream      spool -> correlator, until it has them    guywire.stream

The first six are `hear`: pure, a datagram at a time. The others take a batch at a time; guard and spool are the
keeper's, which is one process, the others may be several (collectors.feeding.link).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from collectors.places import Places, Source
from collectors.profile.classify import UNIDENTIFIED, Classifier
from collectors.wire.decode import DecodeError, Trap, decode
from collectors.wire.filters import OPEN, SOURCE_NOT_ALLOWED, WRONG_COMMUNITY, Filters
from guywire.model import UNKNOWN_SENDER, AlarmEvent

MOST_RAW = 2048
"""Bytes of a datagram that are kept for classifying it again; of a longer one nothing is."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the stages look things up in; replaced as a whole when inventory, profiles, policy or credentials change."""

    places: Places
    classifier: Classifier
    filters: Filters = OPEN


class Heard(msgspec.Struct, frozen=True, gc=False):
    """What became of a datagram: refused for a reason; or a trap, with its event unless it is no alarm.

    `address` is the inventory's for a sender that it knows, else empty.
    """

    refused: str = ""
    trap: Trap | None = None
    event: AlarmEvent | None = None
    address: str = ""


def hear(data: bytes, source: Source, received_at: datetime, knowledge: Knowledge) -> Heard:
    """One datagram of SNMPv1 or v2c through the pure stages."""
    filters = knowledge.filters
    if filters is not OPEN and not filters.admits(source.ip):
        return Heard(refused=SOURCE_NOT_ALLOWED)
    try:
        trap = decode(data)
    except DecodeError as error:
        return Heard(refused=error.reason)
    if filters is not OPEN and not filters.accepts(data, trap.pdu_at):
        return Heard(refused=WRONG_COMMUNITY)
    return heard(trap, source, received_at, knowledge, data)


def heard(trap: Trap, source: Source, received_at: datetime, knowledge: Knowledge, raw: bytes = b"") -> Heard:
    """A decoded trap through the rest of them. `raw` is a datagram of SNMPv1 or v2c that says the same, for `rehear`;
    only an event that could not be identified keeps it."""
    places, classifier = knowledge.places, knowledge.classifier
    sender = places.sender(trap, source)
    address = sender.address if sender.equipment else ""
    verdict = classifier.classify(trap, sender.equipment.profile if sender.equipment else "")
    if not verdict.is_alarm:
        return Heard(trap=trap, address=address)
    place = places.place(sender, verdict.kind, verdict.site, verdict.profile)
    puzzling = verdict.alarm_type == UNIDENTIFIED or place.resource.startswith(UNKNOWN_SENDER)
    event = AlarmEvent(
        at=received_at,  # a trap tells its sender's uptime, not the time of day
        received_at=received_at,
        site=place.site,
        resource=place.resource,
        alarm_type=verdict.alarm_type,
        severity=verdict.severity,
        qualifier=verdict.qualifier,
        text=verdict.text,
        domain=place.domain,
        source=source.ip,
        details=verdict.details,
        raw=raw if puzzling and len(raw) <= MOST_RAW else b"",
    )
    return Heard(trap=trap, event=event, address=address)


def rehear(raw: bytes, source: Source, at: datetime, knowledge: Knowledge) -> AlarmEvent | None:
    """What an event's `raw` says by today's knowledge, with the time of then; None when it is no alarm after all.

    It was let in when it came: no filter applies.
    """
    try:
        trap = decode(raw)
    except DecodeError:
        return None
    return heard(trap, source, at, knowledge, raw).event
