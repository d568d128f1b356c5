"""The life of a work order as tables: which state follows which, who may say so, what each ticket state means."""

from __future__ import annotations

from collections.abc import Mapping

from guywire.model import TicketState, WorkOrderState

_S = WorkOrderState

TRANSITIONS: Mapping[WorkOrderState, frozenset[WorkOrderState]] = {
    _S.OFFERED: frozenset({_S.ACCEPTED, _S.DECLINED, _S.EXPIRED, _S.WITHDRAWN}),
    _S.ACCEPTED: frozenset({_S.EN_ROUTE, _S.FAILED, _S.WITHDRAWN}),
    _S.EN_ROUTE: frozenset({_S.ON_SITE, _S.FAILED, _S.WITHDRAWN}),
    _S.ON_SITE: frozenset({_S.DONE, _S.FAILED, _S.WITHDRAWN}),
}
"""What may follow; a state that is not a key is an end. `failed` before `on_site`: could not get there."""

ASKED_TO_RETURN: Mapping[WorkOrderState, frozenset[WorkOrderState]] = {_S.EN_ROUTE: frozenset({_S.DONE})}
"""What may follow as well once a technician under way was asked to turn back."""

BY_TECHNICIAN = frozenset({_S.ACCEPTED, _S.DECLINED, _S.EN_ROUTE, _S.ON_SITE, _S.DONE, _S.FAILED})
BY_RESPONSE_CENTRE = BY_TECHNICIAN | {_S.WITHDRAWN}

RECALLED = frozenset({_S.OFFERED, _S.ACCEPTED})
"""Not yet under way: taken back without asking when nobody is wanted any more."""

UNDER_WAY = frozenset({_S.EN_ROUTE, _S.ON_SITE})
"""A crew is in one place at a time: at most one order of each person is in one of these."""

REACHED_AT: Mapping[WorkOrderState, str] = {
    _S.ACCEPTED: "accepted_at",
    _S.EN_ROUTE: "en_route_at",
    _S.ON_SITE: "on_site_at",
}

SERVED_TICKETS = frozenset({TicketState.ACKNOWLEDGED, TicketState.IN_PROGRESS})
"""Orders go out for these tickets."""

RELEASED_TICKETS = frozenset(TicketState) - SERVED_TICKETS - {TicketState.PENDING}
"""Nobody is wanted for these; a pending ticket gets no new order but keeps the one it has."""


def followers(state: WorkOrderState, asked_to_return: bool) -> frozenset[WorkOrderState]:
    """The states that may follow now."""
    more = ASKED_TO_RETURN.get(state, frozenset()) if asked_to_return else frozenset()
    return TRANSITIONS.get(state, frozenset()) | more


def is_end(state: WorkOrderState) -> bool:
    return state not in TRANSITIONS
