"""A complaint comes in: checked, explained, and begun as a case."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime

from complaints import find
from complaints.care.checks import check_one_of
from complaints.care.model import Complaint, Heat
from complaints.care.opening import open_case
from complaints.care.rules import Rules
from complaints.care.steps import LANGUAGES
from complaints.care.store import fresh, who_is
from complaints.done import Did, settled
from complaints.explain import Explained, Place, explain, refuse_bad_place, refuse_unknown_site
from complaints.outage import outage_object
from complaints.policy import Policy
from complaints.relink import link_values
from guywire.commands import RegisterComplaint
from guywire.database import Connection, Row
from guywire.errors import invalid, not_found
from guywire.identity import audit

_LONGEST = {
    "channel": 32,
    "text": 4000,
    "phone": 32,
    "customer_id": 64,
    "site": 64,
    "email": 200,
    "category": 64,
    "call": 128,
}


async def take_in(
    connection: Connection,
    command: RegisterComplaint,
    actor: str,
    rules: Rules,
    policy: Policy,
    heard: str | None = None,
) -> Did:
    """Registers a complaint with all that follows. `heard`: the gateway's id of the message that it came by.

    The answer is the complaint with its `track` and its `outage` as `complaints.outage_context` tells it, or None.
    Raises `Refused` before anything is written: nothing to go by, too long, a customer or site that does not exist.
    """
    refuse_malformed(command)
    explained = await _explained(connection, command, rules, policy)
    where = await find.site(connection, explained.site)
    complaint = _complaint(command, explained, where, actor, rules.now)
    name = complaint.complaint_id = await _next_number(connection)
    who = await who_is(connection, complaint.customer_id, complaint.phone)
    read = fresh(complaint, who, where["time_zone"] if where else None)
    open_case(read.case, rules, call=command.call.strip(), heard=heard)
    key = f"complaint:{name}"
    outage = await outage_object(connection, key, explained, rules.now, policy) if explained.link else None
    if outage and outage["expected_end"]:
        complaint.promised_at = datetime.fromisoformat(outage["expected_end"]["at"])
    did = await settled(connection, {name: read}, name, rules, policy)
    incident = outage["incident"] if outage else None
    await audit(connection, actor, "register_complaint", "complaint", name, {"incident": incident})
    answer = {**did.answer, "outage": outage, "track": f"/track/{complaint.token}"}
    return Did(answer, did.changed, answer)


def refuse_malformed(command: RegisterComplaint) -> None:
    """Raises `Refused` for what cannot be right whatever the database says."""
    for name, longest in _LONGEST.items():
        if len(value := getattr(command, name)) > longest:
            raise invalid(f"{name}_too_long", f"{name} has {len(value)} characters; at most {longest} are kept.")
        if "\0" in value:
            raise invalid(f"{name}_malformed", f"{name} holds a NUL character. Send plain text.")
    if not command.channel.strip():
        raise invalid("channel_missing", "Say by which channel the complaint came, such as phone or app.")
    find.refuse_bad_phone(command.phone)
    check_one_of("heat", command.heat, [*Heat])
    if command.language:
        check_one_of("language", command.language, LANGUAGES)
    place = Place(command.site, command.latitude, command.longitude)
    refuse_bad_place(place)
    if not (command.text.strip() or command.phone or command.customer_id or command.site or place.position):
        raise invalid("nothing_to_go_by", "Give a text, a phone number, a customer, a site or a position.")


async def _explained(connection: Connection, command: RegisterComplaint, rules: Rules, policy: Policy) -> Explained:
    """Who complains, and what explains it, unless no outage may explain what its category is about."""
    place = Place(command.site, command.latitude, command.longitude, command.tenant)
    await refuse_unknown_site(connection, place.site)
    category = rules.care.named(command.category or rules.care.default)
    explained = await explain(connection, await _callers(connection, command), place, rules.now, policy)
    return explained if category.network else replace(explained, link=None)


async def _callers(connection: Connection, command: RegisterComplaint) -> list[Row]:
    if command.unproven:
        return []
    if not command.customer_id:
        return await find.customers_by_phone(connection, command.phone)
    if (known := await find.customer(connection, command.customer_id)) is None:
        raise not_found("customer", command.customer_id)
    return [known]


def _complaint(
    command: RegisterComplaint, explained: Explained, where: Row | None, actor: str, now: datetime
) -> Complaint:
    return Complaint(
        complaint_id="",
        channel=command.channel,
        text=command.text,
        phone=command.phone,
        email=command.email,
        customer_id=explained.customer["id"] if explained.customer else "",
        site_id=explained.site,
        domain=where["domain"] if where else "",
        latitude=command.latitude,
        longitude=command.longitude,
        registered_at=now,
        registered_by=actor,
        category=command.category,
        heat=Heat(command.heat),
        language=command.language,
        tell=command.tell,
        unproven=command.unproven,
        tenant=command.tenant,
        answers=dict(command.answers),
        token=secrets.token_urlsafe(32),
        **link_values(explained),
    )


async def _next_number(connection: Connection) -> str:
    row = await (
        await connection.execute("UPDATE complaints.complaint_counter SET last = last + 1 RETURNING last")
    ).fetchone()
    assert row is not None
    return f"C{row['last']}"
