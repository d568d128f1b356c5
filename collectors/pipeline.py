"""The life of a datagram at a collector, all its stages in order.

    decode      datagram -> trap                          collectors.decode
    sender      trap, source -> equipment                 collectors.places
    classify    trap, its sender's profile -> verdict     collectors.classify
    place       sender, verdict -> site and resource      collectors.places
    event       all of it -> alarm event                  here
    spool       events -> on disk, in one transaction     collectors.spool
    answer      informs, only now                         collectors.collector
    stream      spool -> correlator, until it has them    guywire.stream

The first five are `hear`: pure, a datagram at a time. The last three are `collectors.collector`: a batch at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from collectors.classify import UNIDENTIFIED, Classifier
from collectors.decode import DecodeError, Trap, decode
from collectors.places import Places, Source
from guywire.model import AlarmEvent


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the stages look things up in; replaced as a whole when the inventory or a profile changes."""

    places: Places
    classifier: Classifier


class Heard(msgspec.Struct, frozen=True, gc=False):
    """What became of a datagram: refused for a reason; or a trap, with its event unless it is no alarm."""

    refused: str = ""
    trap: Trap | None = None
    event: AlarmEvent | None = None
    unknown_source: bool = False

    @property
    def unidentified(self) -> bool:
        return self.event is not None and self.event.alarm_type == UNIDENTIFIED


def hear(data: bytes, source: Source, received_at: datetime, knowledge: Knowledge) -> Heard:
    """One datagram through the pure stages."""
    places, classifier = knowledge.places, knowledge.classifier
    try:
        trap = decode(data)
    except DecodeError as error:
        return Heard(refused=error.reason)
    sender = places.sender(trap, source)
    verdict = classifier.classify(trap, sender.equipment.profile if sender.equipment else "")
    if not verdict.is_alarm:
        return Heard(trap=trap)
    place = places.place(sender, verdict.kind, verdict.site, verdict.profile)
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
        details=classifier.details(trap, verdict.profile),
    )
    return Heard(trap=trap, event=event, unknown_source=sender.equipment is None)
