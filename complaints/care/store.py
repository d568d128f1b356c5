"""Cases read and written: many at once, and only what changed. What the sample draws is wanted for inspection."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

import msgspec
from psycopg import sql

from complaints import find
from complaints.care.model import COMPLAINTS, Case, Complaint, Contact, Heat, Message, Outlook, Promise, State, Who
from complaints.care.opening import NOBODY
from complaints.care.rules import Rules
from complaints.expectation import expect, repair_of
from complaints.find import RepairRows
from complaints.policy import Policy
from guywire import inbox
from guywire.commands import OpenTicket
from guywire.database import Connection, Row, rows_of
from guywire.put_rows import columns, named, put_rows

_COMPLAINT, _PROMISE, _MESSAGE = columns(Complaint), columns(Promise), columns(Message)
_CASES = sql.SQL(
    "SELECT {columns}, s.time_zone, coalesce(k.vip, false) AS vip, coalesce(k.manager, '') AS manager,"
    " coalesce(w.opt_out, false) AS opt_out, coalesce(w.at_night, false) AS at_night,"
    " (SELECT count(*) FROM complaints.complaint o WHERE o.parent_id = c.complaint_id) AS children,"
    " c.state = 'restored' AND EXISTS (SELECT FROM views.outage o JOIN views.incident i ON i.id = o.incident"
    " WHERE o.incident = c.incident_id AND o.site = c.site_id AND o.started_at IS NOT NULL AND o.ended_at IS NULL"
    " AND i.state = 'open') AS out_again"
    " FROM complaints.complaint c LEFT JOIN views.customer k ON k.id = c.customer_id"
    " LEFT JOIN views.site s ON s.id = c.site_id LEFT JOIN complaints.wish w ON w.phone_digits = c.phone_digits"
    " WHERE {which} FOR UPDATE OF c"
)
_NAMES = sql.SQL(", ").join(sql.SQL("c.{}").format(sql.Identifier(name)) for name in _COMPLAINT)
_NAMED = _CASES.format(columns=_NAMES, which=sql.SQL("c.complaint_id = ANY(%s) ORDER BY c.complaint_id"))
_DUE = _CASES.format(
    columns=_NAMES,
    which=sql.SQL("c.look_at <= %s ORDER BY c.look_at, c.complaint_id LIMIT %s"),
)
_PROMISES = sql.SQL(
    "SELECT {} FROM complaints.promise WHERE complaint_id = ANY(%s) ORDER BY made_at, promise_id"
).format(named(_PROMISE))
_MESSAGES = sql.SQL("SELECT {} FROM complaints.message WHERE complaint_id = ANY(%s) ORDER BY at, message_id").format(
    named(_MESSAGE)
)
_LOOK_AT = """
UPDATE complaints.complaint c SET look_at = n.look_at
FROM unnest(%s::text[], %s::timestamptz[]) AS n (id, look_at) WHERE c.complaint_id = n.id
"""
_NEW_MESSAGE = [name for name in _MESSAGE if name != "message_id"]
_ADD_MESSAGES = sql.SQL(
    "INSERT INTO complaints.message ({names})"
    " SELECT {names} FROM jsonb_populate_recordset(NULL::complaints.message, %s::jsonb) ON CONFLICT DO NOTHING"
).format(names=named(_NEW_MESSAGE))
_DROP_MESSAGES = """
UPDATE complaints.message SET state = 'obsolete', next_at = NULL WHERE message_id = ANY(%s) AND state = 'waiting'
"""
_CONTACT = columns(Contact)
_ADD_CONTACTS = sql.SQL(
    "INSERT INTO complaints.contact ({names})"
    " SELECT {names} FROM jsonb_populate_recordset(NULL::complaints.contact, %s::jsonb)"
    " RETURNING contact_id, complaint_id, actor, at"
).format(names=named(_CONTACT))
_WANT_INSPECTIONS = """
INSERT INTO complaints.contact_inspection (contact_id, complaint_id, agent, wanted_at)
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::timestamptz[])
"""
_WHO = """
SELECT coalesce(k.vip, false) AS vip, coalesce(k.manager, '') AS manager, coalesce(w.opt_out, false) AS opt_out,
       coalesce(w.at_night, false) AS at_night
FROM (SELECT %(customer)s::text AS customer, %(phone)s::text AS phone) asked
LEFT JOIN views.customer k ON k.id = asked.customer
LEFT JOIN complaints.wish w ON w.phone_digits = asked.phone
"""
_ACCOUNT = "SELECT EXISTS (SELECT FROM views.account WHERE id = %s) AS known"


@dataclass(slots=True)
class Read:
    """A case with its complaint and promises as they were read."""

    case: Case
    complaint: Complaint
    promises: dict[str, Promise] = field(default_factory=dict)
    waiting: frozenset[str] = frozenset()
    """The messages that waited."""


async def read_cases(connection: Connection, complaints: Collection[str]) -> dict[str, Read]:
    """The named complaints that exist, locked until the transaction ends."""
    rows = await (await connection.execute(_NAMED, (sorted(complaints),))).fetchall()
    return await _with_all(connection, rows)


async def due_cases(connection: Connection, now: datetime, at_most: int) -> dict[str, Read]:
    """Those that are to be looked at, the longest due first."""
    rows = await (await connection.execute(_DUE, (now, at_most))).fetchall()
    return await _with_all(connection, rows)


def fresh(complaint: Complaint, who: Who, time_zone: str | None) -> Read:
    """A complaint that is not written yet, as a case."""
    return Read(Case(complaint=complaint, who=who, time_zone=time_zone), replace(complaint, version=0))


async def who_is(connection: Connection, customer_id: str, phone: str) -> Who:
    """What is known of whoever complains; `customer_id` may be empty."""
    rows = await connection.execute(_WHO, {"customer": customer_id, "phone": find.digits_of(phone)})
    row = await rows.fetchone()
    assert row is not None
    return Who(**row)


async def write_cases(connection: Connection, reads: Iterable[Read], rules: Rules) -> set[str]:
    """Writes what changed and asks for the tickets that are wanted; the ids of complaints that changed."""
    known = list(reads)
    changed: list[Read] = []
    same: list[Read] = []
    for one in known:
        (changed if _is_changed(one) else same).append(one)
    for one in changed:
        one.case.complaint.version = one.complaint.version + 1
    rows = [one.case.complaint for one in changed]
    await put_rows(connection, COMPLAINTS, "complaint", "complaint_id", _COMPLAINT, rows, _same_in_all(changed))
    only_later = [one.case.complaint for one in same if _looks_elsewhen(one)]
    if only_later:
        ids, moments = [one.complaint_id for one in only_later], [one.look_at for one in only_later]
        await connection.execute(_LOOK_AT, (ids, moments))
    await _write_promises(connection, known)
    await _write_messages(connection, known)
    await _write_contacts(connection, known, rules)
    for one in known:
        await _ask_ticket(connection, one.case)
    return {one.case.complaint.complaint_id for one in changed}


async def give_outlooks(connection: Connection, cases: Iterable[Case], rules: Rules, policy: Policy) -> None:
    """Puts into each linked case how its outage stands; an incident is read once."""
    rows: dict[str, RepairRows] = {}
    for case in cases:
        complaint = case.complaint
        if complaint.state is not State.LINKED or not complaint.incident_id:
            case.outlook = None
            continue
        if complaint.incident_id not in rows:
            rows[complaint.incident_id] = await find.repair_rows(connection, complaint.incident_id)
        case.outlook = _outlook(rows[complaint.incident_id], complaint.site_id, rules, policy)


def drawn(contact_id: str, share: float) -> bool:
    """Whether a sample draws a contact: by its own id, so that it is the same whenever it is asked."""
    return int.from_bytes(hashlib.sha256(contact_id.encode()).digest()[:8]) < share * 2**64


async def is_account(connection: Connection, name: str) -> bool:
    """Whether somebody of that name may sign in."""
    row = await (await connection.execute(_ACCOUNT, (name,))).fetchone()
    return bool(row and row["known"])


def _outlook(rows: RepairRows, site: str, rules: Rules, policy: Policy) -> Outlook:
    root = rows.incident["root"]
    if rows.incident["closed_at"]:
        return Outlook(root["alarm_type"], None)
    repair = repair_of(rows.tickets, rows.needs, rows.orders, site, root["site"])
    return Outlook(root["alarm_type"], expect(rules.now, repair, policy))


async def _with_all(connection: Connection, rows: Sequence[Row]) -> dict[str, Read]:
    reads = {row["complaint_id"]: _read(row) for row in rows}
    ids = list(reads)
    if not ids:
        return reads
    for row in await (await connection.execute(_PROMISES, (ids,))).fetchall():
        one = Promise(**row)
        reads[one.complaint_id].case.promises.append(one)
        reads[one.complaint_id].promises[one.promise_id] = replace(one)
    for row in await (await connection.execute(_MESSAGES, (ids,))).fetchall():
        reads[row["complaint_id"]].case.messages.append(Message(**row))
    for read in reads.values():
        read.waiting = frozenset(one.message_id for one in read.case.messages if one.state == "waiting")
    return reads


def _read(row: Row) -> Read:
    values: dict[str, Any] = {name: row[name] for name in _COMPLAINT}
    complaint = Complaint(**{**values, "state": State(row["state"]), "heat": Heat(row["heat"])})
    who = Who(vip=row["vip"], manager=row["manager"], opt_out=row["opt_out"], at_night=row["at_night"])
    case = Case(complaint=complaint, who=who, time_zone=row["time_zone"], children=row["children"])
    case.out_again = row["out_again"]
    return Read(case, replace(complaint))


def _is_changed(one: Read) -> bool:
    """Whether anything but the time of the next look is another, or it is new; promises show on the complaint."""
    same = replace(one.case.complaint, look_at=one.complaint.look_at) == one.complaint
    promises_same = {promise.promise_id: promise for promise in one.case.promises} == one.promises
    return not same or not promises_same or bool(one.case.new_contacts)


def _same_in_all(reads: Sequence[Read]) -> frozenset[str]:
    """The columns that are as they were read in every one: what hangs on them is not made anew."""
    pairs = [(one.case.complaint, one.complaint) for one in reads]
    return frozenset(name for name in _COMPLAINT if all(getattr(new, name) == getattr(old, name) for new, old in pairs))


def _looks_elsewhen(one: Read) -> bool:
    return one.case.complaint.look_at != one.complaint.look_at


async def _write_promises(connection: Connection, reads: Sequence[Read]) -> None:
    new = [one for read in reads for one in read.case.promises if not one.promise_id]
    await put_rows(connection, COMPLAINTS, "promise", "", [name for name in _PROMISE if name != "promise_id"], new)
    known = [
        one for read in reads for one in read.case.promises if one.promise_id and one != read.promises[one.promise_id]
    ]
    await put_rows(connection, COMPLAINTS, "promise", "promise_id", _PROMISE, known)


async def _write_messages(connection: Connection, reads: Sequence[Read]) -> None:
    over = [
        one.message_id
        for read in reads
        for one in read.case.messages
        if one.message_id in read.waiting and one.state == "obsolete"
    ]
    if over:
        await connection.execute(_DROP_MESSAGES, (over,))
    await add_messages(connection, [one for read in reads for one in read.case.messages if not one.message_id])


async def add_messages(connection: Connection, messages: Sequence[Message]) -> None:
    """Puts messages into the outbox; what was told before is not told again."""
    if messages:
        rows = [{name: getattr(one, name) for name in _NEW_MESSAGE} for one in messages]
        await connection.execute(_ADD_MESSAGES, (msgspec.json.encode(rows).decode(),))


async def _write_contacts(connection: Connection, reads: Sequence[Read], rules: Rules) -> None:
    vips = {one.case.complaint.complaint_id for one in reads if one.case.who.vip}
    await add_contacts(connection, [one for read in reads for one in read.case.new_contacts], vips, rules)


async def add_contacts(
    connection: Connection, contacts: Sequence[Contact], vips: Collection[str | None], rules: Rules
) -> list[str]:
    """Keeps contacts; those of agents that the sample draws are wanted for inspection. Returns their ids.

    `vips`: complaints of VIPs, with None where a contact of none is a VIP's.
    """
    if not contacts:
        return []
    rows = await rows_of(connection, _ADD_CONTACTS, (msgspec.json.encode([asdict(one) for one in contacts]).decode(),))
    policy = rules.care.inspection
    wanted = [
        row
        for row in rows
        if row["actor"] not in NOBODY
        and drawn(row["contact_id"], policy.share_of_vips if row["complaint_id"] in vips else policy.share)
    ]
    if wanted:
        named_ = [[row[name] for row in wanted] for name in ("contact_id", "complaint_id", "actor", "at")]
        await connection.execute(_WANT_INSPECTIONS, named_)
    return [row["contact_id"] for row in rows]


async def _ask_ticket(connection: Connection, case: Case) -> None:
    if (wanted := case.ticket) is None:
        return
    command = OpenTicket(
        origin=wanted.origin,
        site=wanted.site,
        title=wanted.title,
        kind=wanted.kind,
        priority=wanted.priority,
        text=wanted.text,
    )
    await inbox.put(connection, command, COMPLAINTS, wanted.origin)
