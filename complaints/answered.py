"""Who called and was only answered: no complaint comes of it, and what was said is kept all the same."""

from __future__ import annotations

from complaints import find
from complaints.care.checks import check_text
from complaints.care.model import Contact
from complaints.care.rules import Rules
from complaints.care.store import add_contacts
from complaints.done import Did
from complaints.explain import refuse_unknown_site
from guywire.commands.complaints import KeepAnswered
from guywire.database import Connection
from guywire.errors import invalid, not_found
from guywire.identity import audit


async def keep_answered(connection: Connection, command: KeepAnswered, actor: str, rules: Rules) -> Did:
    """Keeps the contact; the sample may draw it. The answer is its id.

    Raises `Refused` for nothing to go by, too long a text, a number, customer or site that cannot be.
    """
    contact = Contact(
        complaint_id=None,
        sender=find.digits_of(command.phone),
        customer_id=command.customer_id,
        site_id=command.site,
        direction="in",
        channel=check_text("channel", command.channel, longest=32),
        at=rules.now,
        actor=actor,
        text=check_text("text", command.text),
        outcome="only_answered",
        call=check_text("call", command.call, needed=False, longest=128),
    )
    vip = await _is_vip(connection, command)
    [name] = await add_contacts(connection, [contact], {None} if vip else (), rules)
    await audit(connection, actor, "keep_answered", "contact", name)
    return Did({"id": name})


async def _is_vip(connection: Connection, command: KeepAnswered) -> bool:
    """Whether a VIP was answered. Raises `Refused` for whom or where nobody knows."""
    find.refuse_bad_phone(command.phone)
    if not (command.phone or command.customer_id or command.site):
        raise invalid("nothing_to_go_by", "Say who was answered: a phone number, a customer or a site.")
    await refuse_unknown_site(connection, command.site)
    if not command.customer_id:
        return False
    if (known := await find.customer(connection, command.customer_id)) is None:
        raise not_found("customer", command.customer_id)
    return bool(known["vip"])
