"""The part of a batch's board that is about visits: as read, and what the batch has changed so far."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace

from dispatch.visits.model import (
    Answer,
    CorrectedPlace,
    KeptRecord,
    PushSubscription,
    Question,
    SiteHere,
    Sos,
    Watch,
)
from dispatch.visits.policy import VisitPolicy, shipped_policy


@dataclass(slots=True, kw_only=True)
class Visits:
    """What the batch knows of visits: all that stands open, and of the rest what its commands speak of."""

    policy: VisitPolicy = field(default_factory=shipped_policy)
    phones: dict[str, str] = field(default_factory=dict)
    zones: dict[str, str] = field(default_factory=dict)
    """By region path: the zone in which shifts are read."""

    order_of_record: dict[str, str] = field(default_factory=dict)
    ticked: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """By order: the names of the checks that are ticked."""
    records_of: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    alarm_types: dict[str, str] = field(default_factory=dict)
    """By need."""
    stepped_back: set[tuple[str, str]] = field(default_factory=set)
    """Orders with who was once on them and is not any more."""

    sites: dict[str, SiteHere] = field(default_factory=dict)
    visited: set[tuple[str, str]] = field(default_factory=set)
    """Sites with the technicians who have or had an order there."""
    places: dict[str, CorrectedPlace] = field(default_factory=dict)

    questions: dict[str, Question] = field(default_factory=dict)
    questions_of: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    sos: dict[str, Sos] = field(default_factory=dict)
    watches: dict[str, Watch] = field(default_factory=dict)

    new_records: list[KeptRecord] = field(default_factory=list)
    changed_places: set[str] = field(default_factory=set)
    new_questions: list[str] = field(default_factory=list)
    new_answers: list[Answer] = field(default_factory=list)
    changed_sos: set[str] = field(default_factory=set)
    changed_watches: set[str] = field(default_factory=set)
    subscribed: list[PushSubscription] = field(default_factory=list)
    unsubscribed: list[tuple[str, str]] = field(default_factory=list)
    seen: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    """By person: the notices that were on the screen."""

    def keep(self, record: KeptRecord) -> None:
        self.order_of_record[record.record_id] = record.work_order_id
        self.records_of[record.work_order_id] += 1
        self.tick(record.work_order_id, record.kind, record.name, record.value)
        self.new_records.append(record)

    def tick(self, work_order_id: str, kind: str, name: str, value: object) -> None:
        """Follows a check: the last word on it counts."""
        if kind == "check":
            (self.ticked[work_order_id].add if value is True else self.ticked[work_order_id].discard)(name)

    def current_place(self, site: str, kind: str) -> CorrectedPlace | None:
        return next(
            (one for one in self.places.values() if (one.site_id, one.kind, one.state) == (site, kind, "current")), None
        )

    def put_place(self, place: CorrectedPlace) -> None:
        self.places[place.place_id] = place
        self.changed_places.add(place.place_id)

    def put_question(self, question: Question) -> None:
        self.questions[question.question_id] = question
        self.questions_of[question.work_order_id] += 1
        self.new_questions.append(question.question_id)

    def put_sos(self, sos: Sos) -> Sos:
        """A new or changed sos for help; the version counts up."""
        known = sos.sos_id in self.sos
        self.sos[sos.sos_id] = replace(sos, version=sos.version + known)
        self.changed_sos.add(sos.sos_id)
        return self.sos[sos.sos_id]

    def open_sos(self, person: str) -> Sos | None:
        """The person's open sos for help."""
        return next((one for one in self.sos.values() if one.person_id == person and one.ended_at is None), None)

    def put_watch(self, watch: Watch) -> None:
        self.watches[watch.person_id] = watch
        self.changed_watches.add(watch.person_id)

    def end_watch(self, person: str) -> Watch | None:
        """Takes the person's watch away, where there is one."""
        watch = self.watches.pop(person, None)
        if watch:
            self.changed_watches.add(person)
        return watch
