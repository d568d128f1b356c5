"""The part of a batch's board that is about the rota: as read, and which of it the batch has changed so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, tzinfo

from dispatch.records import Person
from dispatch.rota.hours import Holidays, Hours, hours_of
from dispatch.rota.model import ABSENCES, Certificate, Entry, Source, Swap
from dispatch.rota.policy import RotaPolicy, shipped_policy

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True, kw_only=True)
class Rota:
    """Entries of these days, open swaps, certificates that run out; and all that the batch's commands speak of."""

    policy: RotaPolicy = field(default_factory=shipped_policy)
    entries: dict[str, Entry] = field(default_factory=dict)
    swaps: dict[str, Swap] = field(default_factory=dict)
    certificates: dict[str, Certificate] = field(default_factory=dict)
    recorded: set[tuple[str, str]] | None = None
    """Technicians with each skill for which they ever had a certificate; None where that makes no difference."""
    zones: Mapping[str, str] = field(default_factory=dict)
    """By region path: the zone in which shifts are read; only where a command asks for it."""
    sources: dict[str, Source] = field(default_factory=dict)

    changed_entries: set[str] = field(default_factory=set)
    changed_swaps: set[str] = field(default_factory=set)
    changed_certificates: set[str] = field(default_factory=set)
    changed_sources: set[str] = field(default_factory=set)

    _standing: dict[str, dict[str, Entry]] | None = None
    _of_person: dict[str, list[Certificate]] | None = None
    _holidays: dict[str, Holidays] = field(default_factory=dict)

    def of(self, technician: str) -> Sequence[Entry]:
        """The person's entries that hold."""
        if self._standing is None:
            self._standing = {}
            for one in self.entries.values():
                if one.taken_back_at is None:
                    self._standing.setdefault(one.technician_id, {})[one.entry_id] = one
        return [*self._standing.get(technician, {}).values()]

    def hours(self, person: Person, zone: tzinfo, around: datetime, more: Sequence[Entry] = ()) -> Hours:
        """When the person works, with `more` entries as if they held. Raises `ShiftError`."""
        return hours_of(person.shift, [*self.of(person.technician_id), *more], zone, around, self._days(person.region))

    def is_away(self, technician: str, at: datetime) -> bool:
        """Whether an absence of the person's holds then."""
        return self._absence(technician, at) is not None

    def deputy_of(self, technician: str, at: datetime) -> str:
        """Who stands in for somebody who is away then; "" where nobody was named."""
        absence = self._absence(technician, at)
        return absence.deputy_id if absence else ""

    def certified_until(self, person: Person, zone: tzinfo) -> Mapping[str, datetime]:
        """Until when the person may use each skill that wants a certificate; what is not named does not expire."""
        if self._of_person is None:
            self._of_person = {}
            for one in self.certificates.values():
                self._of_person.setdefault(one.technician_id, []).append(one)
        wanted = self.policy.certified_skills
        known = self._of_person.get(person.technician_id, ())
        until = {one.skill: _ends(one, zone) for one in known if one.skill in wanted}
        if self.recorded is None:
            return until
        bare = {skill for skill in person.skills & wanted if (person.technician_id, skill) not in self.recorded}
        return {**dict.fromkeys(bare - until.keys(), _NEVER), **until}

    def put_entry(self, entry: Entry) -> None:
        """A new entry, or a changed one: its version counts up."""
        known = entry.entry_id in self.entries
        self.entries[entry.entry_id] = replace(entry, version=entry.version + known)
        self.changed_entries.add(entry.entry_id)
        self._standing = None

    def put_swap(self, swap: Swap) -> Swap:
        """As `put_entry`."""
        known = swap.swap_id in self.swaps
        self.swaps[swap.swap_id] = replace(swap, version=swap.version + known)
        self.changed_swaps.add(swap.swap_id)
        return self.swaps[swap.swap_id]

    def put_certificate(self, certificate: Certificate) -> None:
        """As `put_entry`."""
        known = certificate.certificate_id in self.certificates
        self.certificates[certificate.certificate_id] = replace(certificate, version=certificate.version + known)
        self.changed_certificates.add(certificate.certificate_id)
        self._of_person = None
        if self.recorded is not None:
            self.recorded.add((certificate.technician_id, certificate.skill))

    def put_source(self, source: Source) -> None:
        """As `put_entry`."""
        before = self.sources.get(source.source_id)
        self.sources[source.source_id] = replace(source, version=before.version + 1 if before else 1)
        self.changed_sources.add(source.source_id)

    def _absence(self, technician: str, at: datetime) -> Entry | None:
        away = (one for one in self.of(technician) if one.kind in ABSENCES and one.since <= at < one.until)
        return max(away, key=lambda one: (one.deputy_id != "", one.until), default=None)

    def _days(self, region: str) -> Holidays:
        if region not in self._holidays:
            self._holidays[region] = self.policy.holidays_in(region)
        return self._holidays[region]


def day_ends(day: date, zone: tzinfo) -> datetime:
    """The first moment after a local day, UTC."""
    following = day + timedelta(days=1)
    return datetime(following.year, following.month, following.day, tzinfo=zone).astimezone(UTC)


def _ends(certificate: Certificate, zone: tzinfo) -> datetime:
    ends = day_ends(certificate.valid_until, zone)
    return min(ends, certificate.ended_at) if certificate.ended_at else ends
