"""The values that the correlator's memory is made of, beside its records: rules, episodes, signs, and what is saved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import msgspec

from alarm_correlation.batteries import Discharge, Readings
from alarm_correlation.causes import Causes
from alarm_correlation.policy import Policy
from alarm_correlation.records import Alarm, Correction, Incident, Need, Outage, Silence, Ticket
from alarm_correlation.track import Track
from guywire.inventory.topology import Topology
from guywire.model import Identity, WorkOrderState


class Episode(NamedTuple):
    """A time in which a site was cut off from every gateway, and the alarm that did it."""

    start: datetime
    end: datetime | None
    culprit: str


class Order(msgspec.Struct, frozen=True):
    """What is known of a work order that has not ended."""

    order_id: str
    ticket_id: str
    needs: tuple[str, ...]
    state: WorkOrderState


class Complaint(msgspec.Struct, frozen=True):
    """A customer's complaint that an incident explains, as far as it makes that more urgent."""

    complaint_id: str
    incident_id: str
    vip: bool = False
    still_out: bool = False


class Saved(msgspec.Struct, kw_only=True):
    """The facts of a state; msgspec writes and reads them exactly."""

    now: datetime
    tracks: list[tuple[Identity, Track]]
    alarms: list[Alarm]
    incidents: list[Incident]
    outages: list[Outage]
    tickets: list[Ticket]
    needs: list[Need]
    orders: list[Order]
    complaints: list[Complaint] = []
    corrections: list[Correction] = []
    silences: list[Silence] = []
    readings: list[Readings] = []
    discharges: list[Discharge] = []
    origins: dict[str, str]
    counters: dict[str, int]


@dataclass(frozen=True, slots=True)
class Rules:
    """What the correlator is told: where things stand, what causes what, and the policy. `shadow` opens no tickets."""

    topology: Topology
    causes: Causes
    policy: Policy
    shadow: bool = False


Evidence = tuple[int, str]
"""A place of which something may be inferred: the tier of the inference, and the feed, site or link."""


class Sign(NamedTuple):
    """An alarm that is evidence, of which places. Signs sort by when the alarms began, as an inference reads them."""

    raised_at: datetime
    identity: Identity
    alarm_id: str
    places: tuple[Evidence, ...]
