"""What must hold for somebody to be sent: one function a file, all of them in one list, judged in this order.

The order is that of the answers to "why not": what can never change first, what changes by itself last. To add one,
write a function that takes a `Trip` and returns a `Refusal` or None, and name it here.
"""

from __future__ import annotations

from collections.abc import Callable

from dispatch.constraints.away import is_not_away
from dispatch.constraints.breaks import not_in_break
from dispatch.constraints.busy import is_free
from dispatch.constraints.certificates import certificates_valid
from dispatch.constraints.generator import has_generator
from dispatch.constraints.past import has_not_refused
from dispatch.constraints.region import in_region
from dispatch.constraints.role import is_technician
from dispatch.constraints.shift import on_shift
from dispatch.constraints.shift_end import ends_in_shift
from dispatch.constraints.skills import has_skills
from dispatch.constraints.windows import is_let_in
from dispatch.model import Refusal, Trip

Constraint = Callable[[Trip], Refusal | None]

CONSTRAINTS: tuple[Constraint, ...] = (
    is_technician,
    in_region,
    has_skills,
    certificates_valid,
    has_generator,
    is_let_in,
    is_not_away,
    on_shift,
    not_in_break,
    ends_in_shift,
    has_not_refused,
    is_free,
)


def refusal_of(trip: Trip) -> Refusal | None:
    """The first reason against this trip; None when it can be made."""
    for constraint in CONSTRAINTS:
        if refusal := constraint(trip):
            return refusal
    return None


def refusals_of(trip: Trip) -> list[Refusal]:
    """Every reason against this trip: what a person who gives the order by hand sets aside."""
    return [refusal for constraint in CONSTRAINTS if (refusal := constraint(trip))]
