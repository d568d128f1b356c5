"""What follows from a change of cases: what explains them, what is due by itself, what is told; then all is written."""

from __future__ import annotations

from collections.abc import Iterable

from complaints.care.due import look
from complaints.care.rules import Rules
from complaints.care.store import Read, give_outlooks, write_cases
from complaints.policy import Policy
from complaints.relink import relink
from complaints.telling.what import tell
from guywire.database import Connection


async def settle(connection: Connection, reads: Iterable[Read], rules: Rules, policy: Policy) -> set[str]:
    """The ids of the complaints that changed."""
    known = list(reads)
    cases = [one.case for one in known]
    for case in cases:
        if case.relink:
            network = rules.care.category(case.complaint.category).network
            await relink(connection, case.complaint, rules.now, policy, network=network)
    await give_outlooks(connection, cases, rules, policy)
    for case in cases:
        look(case, rules)
        tell(case, rules, policy)
    return await write_cases(connection, known, rules)
