"""A case for the unit tests of care and telling, and a teller that sends at once and remembers what it sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import msgspec

from complaints.care.due import look
from complaints.care.model import Case, Complaint, Message, Outlook, State, Who
from complaints.care.opening import open_case
from complaints.care.rules import Rules
from complaints.model import Expected
from complaints.policy import shipped_policy
from complaints.telling.policy import TellingPolicy, Way
from complaints.telling.policy import shipped_policy as shipped_telling
from complaints.telling.what import tell
from complaints.telling.when import Envelope, after, plan

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
SMS = Way(channel="sms", urls=("json://127.0.0.1:9/{phone}",))
TELLING: TellingPolicy = msgspec.structs.replace(shipped_telling(), ways=(SMS,), public_url="https://help.example.com")
POLICY = shipped_policy()


def complaint(**about: object) -> Complaint:
    values: dict[str, object] = {
        "complaint_id": "C1",
        "state": State.OPEN,
        "channel": "phone",
        "text": "no signal",
        "phone": "13800000001",
        "site_id": "S1",
        "registered_at": NOW,
        "registered_by": "ann",
        "category": "no_signal",
        "token": "t" * 43,
    }
    return Complaint(**{**values, **about})  # type: ignore[arg-type]


def expected(at: datetime) -> Expected:
    return Expected(at, at - timedelta(minutes=20), at + timedelta(minutes=40))


@dataclass
class Story:
    """A case whose time passes: what is due happens, what is to be told is sent unless `deaf`."""

    who: Who = field(default_factory=Who)
    telling: TellingPolicy = TELLING
    now: datetime = NOW
    zone: str = "Asia/Shanghai"
    sent: list[tuple[datetime, Message]] = field(default_factory=list)
    refuses: bool = False
    """The gateway takes nothing."""

    def begin(self, **about: object) -> Case:
        self.case = Case(complaint=complaint(**about), who=self.who, time_zone=self.zone)
        open_case(self.case, self.rules)
        self.settle()
        return self.case

    @property
    def rules(self) -> Rules:
        return Rules(now=self.now, telling=self.telling)

    def settle(self) -> None:
        """As a batch does it, and the teller beside it."""
        look(self.case, self.rules)
        tell(self.case, self.rules, POLICY)
        self._send()

    def wait(self, minutes: float) -> None:
        """Time passes; whatever is due on the way is looked at when it is due."""
        until = self.now + timedelta(minutes=minutes)
        while (at := self._next()) is not None and at <= until:
            self.now = max(at, self.now)
            self.settle()
        self.now = until
        self.settle()

    def link(self, incident: str, end: datetime) -> None:
        one = self.case.complaint
        one.state, one.incident_id, one.restored_at = State.LINKED, incident, None
        self.case.outlook = Outlook("mains-failure", expected(end))

    def restore(self) -> None:
        one = self.case.complaint
        one.state, one.restored_at = State.RESTORED, self.now
        self.case.outlook = None

    def _next(self) -> datetime | None:
        waiting = [one.next_at for one in self.case.messages if one.state == "waiting" and one.next_at]
        moments = [at for at in (self.case.complaint.look_at, *waiting) if at and at > self.now]
        return min(moments, default=None)

    def _send(self) -> None:
        for number, one in enumerate(self.case.messages):
            one.message_id = one.message_id or f"CM{number}"
            if one.state != "waiting" or not one.next_at or one.next_at > self.now:
                continue
            envelope = Envelope(one, self.case.complaint, self.who, self.zone)
            planned = plan(envelope, self.telling, self.now)
            if not planned.sendings:
                one.state, one.next_at = planned.state, planned.next_at
                continue
            took = set() if self.refuses else {sending.target for sending in planned.sendings}
            came = after(one, planned.sendings, took, self.telling, self.now)
            one.state, one.tries, one.taken, one.next_at = came.state, came.tries, list(came.taken), came.next_at
            if took:
                self.sent.append((self.now, one))
