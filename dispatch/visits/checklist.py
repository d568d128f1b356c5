"""Which required checks of an order's list are not ticked yet: said when its technician reports it done."""

from __future__ import annotations

from dispatch.board import Board
from dispatch.records import WorkOrder
from guywire.errors import conflict


def refuse_unticked(board: Board, order: WorkOrder) -> None:
    """Raises `Refused` (conflict, `checks_missing`) with the words of what is missing, where policy wants the list."""
    if not board.visits.policy.done_wants_checks:
        return
    kinds = frozenset(str(need.kind) for need_id in order.need_ids if (need := board.needs.get(need_id)))
    alarm_types = frozenset(board.visits.alarm_types.get(need_id, "") for need_id in order.need_ids)
    ticked = board.visits.ticked[order.work_order_id]
    wanted = board.visits.policy.checks_for(kinds, alarm_types)
    missing = [
        f"{one.words.zh} / {one.words.en}" for name, one in wanted.items() if one.required and name not in ticked
    ]
    if missing:
        raise conflict("checks_missing", f"Not checked yet: {'; '.join(missing)}. Check it, then say done again.")
