"""What a technician notes on a visit: checks, readings, notes, parts. What happened is not refused for being late."""

from __future__ import annotations

from math import isfinite
from uuid import UUID

from dispatch.board import Board
from dispatch.moves import check_text, check_zone, order_of
from dispatch.records import WorkOrder
from dispatch.said import Said
from dispatch.states import is_end
from dispatch.visits.model import KeptRecord
from guywire.commands.visits import KeepRecords, Record
from guywire.errors import Refused, conflict, invalid

_LONGEST_NAME = 200


def keep_records(board: Board, command: KeepRecords, _: str) -> Said:
    """Keeps what is new of them, in the order of the order's crew. Raises `Refused`; then none is kept.

    One that is known by its id is the same record. Those of an order that has ended meanwhile are kept as late.
    """
    order = order_of_crew(board, command.work_order, command.technician)
    fresh = {record.record_id: record for record in command.records if not _is_kept(board, order, record)}
    most = board.visits.policy.records_of_an_order
    if board.visits.records_of[order.work_order_id] + len(fresh) > most:
        raise invalid(
            "too_many_records", f"{order.work_order_id} has {most} records, which is the most. Keep the rest."
        )
    for kept in [_kept(board, order, command.technician, record) for record in fresh.values()]:
        board.visits.keep(kept)
    return Said("work_order", order.work_order_id)


def order_of_crew(board: Board, work_order_id: str, technician: str) -> WorkOrder:
    """The order, on which the technician is or was."""
    order = order_of(board, work_order_id)
    if technician not in order.crew and (work_order_id, technician) not in board.visits.stepped_back:
        raise Refused("forbidden", "not_your_order", f"{work_order_id} is not your order. Reload your list.")
    return order


def uuid_or_none(name: str, text: str) -> str | None:
    """A UUID in its one spelling; None where there is none. Raises `Refused` for what is none."""
    try:
        return str(UUID(text)) if text else None
    except ValueError:
        raise invalid(f"{name}_malformed", f"{name} {text[:40]!r} is no UUID. Send the photo or record anew.") from None


def _is_kept(board: Board, order: WorkOrder, record: Record) -> bool:
    known = board.visits.order_of_record.get(uuid_or_none("id", record.record_id) or "")
    if known not in (None, order.work_order_id):
        raise conflict("record_id_used", f"The record {record.record_id} is another order's. Give this one a new id.")
    return known is not None


def _kept(board: Board, order: WorkOrder, technician: str, record: Record) -> KeptRecord:
    check_zone(record.at)
    _check(record)
    return KeptRecord(
        record_id=uuid_or_none("id", record.record_id) or "",
        work_order_id=order.work_order_id,
        technician_id=technician,
        at=min(record.at, board.now),
        recorded_at=board.now,
        kind=record.kind,
        name=record.name,
        value=record.value,
        unit=record.unit,
        text=record.text,
        photo_id=uuid_or_none("photo", record.photo),
        outside=_is_outside(board, record),
        late=is_end(order.state),
    )


def _check(record: Record) -> None:
    """Refuses what says nothing."""
    if not record.record_id:
        raise invalid("id_malformed", "A record needs an id of its own, a UUID.")
    for name, text in (("text", record.text), ("value", str(record.value))):
        check_text(name, text)
    if max(len(record.name), len(record.unit)) > _LONGEST_NAME:
        raise invalid("name_too_long", f"Name and unit have {_LONGEST_NAME} characters at most. Shorten them.")
    if trouble := _trouble(record):
        raise invalid(f"{record.kind}_incomplete", f"{trouble} Mend the record {record.record_id}.")


def _trouble(record: Record) -> str:
    match record.kind:
        case "check":
            return "" if record.name and isinstance(record.value, bool) else "A check is a name, and true or false."
        case "reading":
            return (
                ""
                if record.name and (_is_number(record.value) or record.photo)
                else "A reading is a number or a photo."
            )
        case "note":
            return "" if record.text.strip() or record.photo else "A note is a text or a photo."
        case "part":
            return "" if record.name.strip() else "A part has a name."
        case _:
            return f"{record.kind[:40]!r} is no kind of record: check, reading, note or part."


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)


def _is_outside(board: Board, record: Record) -> bool:
    asked = board.visits.policy.asked_readings.get(record.name) if record.kind == "reading" else None
    number = record.value if _is_number(record.value) else None
    return asked is not None and isinstance(number, (int, float)) and not asked.low <= number <= asked.high
