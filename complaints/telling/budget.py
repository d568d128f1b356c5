"""How much strangers are sent, so that the public form bombs nobody and empties no purse.

The first message of a stranger's complaint counts: so many an hour in all, so many a day to one sender. One beyond that
is withheld, and with it all that would follow, until somebody of ours takes the complaint.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from complaints.care.model import Case, Complaint, Message
from complaints.care.strangers import is_stranger
from complaints.find import digits_of
from complaints.telling.policy import Strangers
from guywire.database import Connection

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)

_IN_ALL = "SELECT count(*) AS count FROM complaints.message WHERE stranger AND state <> 'withheld' AND at > %s"
_TO_EACH = """
SELECT sender, count(*) AS count FROM complaints.message
WHERE stranger AND state <> 'withheld' AND at > %s AND sender = ANY(%s) GROUP BY sender
"""
_WITHHELD = "SELECT count(*) AS count FROM complaints.message WHERE stranger AND state = 'withheld' AND at > %s"


@dataclass(slots=True)
class Spent:
    """What strangers were sent: within the hour in all, within the day to each sender."""

    hour: int
    day: Counter[str]

    def pay(self, sender: str, policy: Strangers) -> bool:
        """Takes one message out of the budget; False when it has none left."""
        if self.hour >= policy.an_hour or self.day[sender] >= policy.a_day_each:
            return False
        self.hour += 1
        self.day[sender] += 1
        return True


def sender_of(complaint: Complaint) -> str:
    """Whom messages of the complaint reach: the digits of a number, else an address."""
    return digits_of(complaint.phone) or complaint.email.strip().lower()


async def withhold(connection: Connection, cases: Iterable[Case], policy: Strangers, now: datetime) -> None:
    """Marks what is new for strangers, and withholds what is beyond the budget."""
    fresh = [(sender_of(case.complaint), one) for case in cases for one in _first_to_a_stranger(case)]
    if not fresh:
        return
    spent = await spent_by(connection, {sender for sender, _ in fresh}, now)
    for sender, one in fresh:
        one.stranger, one.sender = True, sender
        if not spent.pay(sender, policy):
            one.state, one.next_at = "withheld", None


async def spent_by(connection: Connection, senders: Collection[str], now: datetime) -> Spent:
    row = await (await connection.execute(_IN_ALL, (now - _HOUR,))).fetchone()
    rows = await (await connection.execute(_TO_EACH, (now - _DAY, list(senders)))).fetchall()
    return Spent(int(row["count"]) if row else 0, Counter({one["sender"]: one["count"] for one in rows}))


async def withheld_lately(connection: Connection, now: datetime) -> int:
    """How many messages were withheld within the hour."""
    row = await (await connection.execute(_WITHHELD, (now - _HOUR,))).fetchone()
    return int(row["count"]) if row else 0


def _first_to_a_stranger(case: Case) -> list[Message]:
    """The messages that begin to speak with a stranger; what a person of ours sends is theirs to send."""
    if not is_stranger(case.complaint):
        return []
    began = any(one.message_id for one in case.messages)
    return [
        one
        for one in case.messages
        if not one.message_id and one.state == "waiting" and one.kind != "answer" and (not began or _is_reply(one))
    ]


def _is_reply(message: Message) -> bool:
    return message.kind == "nothing_open"
