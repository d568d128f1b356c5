"""What follows from a change of cases: what explains them, what is due by itself, what is told; then all is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from complaints.care.due import look
from complaints.care.model import Complaint
from complaints.care.rules import Rules
from complaints.care.store import Read, give_outlooks, write_cases
from complaints.policy import Policy
from complaints.relink import relink, unlink
from complaints.telling.budget import withhold
from complaints.telling.what import tell
from guywire.database import Connection


async def settle(connection: Connection, reads: Iterable[Read], rules: Rules, policy: Policy) -> set[str]:
    """The ids of the complaints that changed."""
    known = list(reads)
    cases = [one.case for one in known]
    await _relink(connection, [case.complaint for case in cases if case.relink], rules, policy)
    await give_outlooks(connection, cases, rules, policy)
    for case in cases:
        look(case, rules)
        tell(case, rules, policy)
    await withhold(connection, cases, rules.telling.strangers, rules.now)
    return await write_cases(connection, known, rules)


async def _relink(connection: Connection, complaints: Sequence[Complaint], rules: Rules, policy: Policy) -> None:
    """What explains them is looked for anew; nothing does where no outage may."""
    of_network = []
    for one in complaints:
        if rules.care.category(one.category).network:
            of_network.append(one)
        else:
            unlink(one)
    if of_network:
        await relink(connection, of_network, rules.now, policy)
