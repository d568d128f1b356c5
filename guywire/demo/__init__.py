"""The demo: a seeded province whose simulated devices send real SNMP, whose technicians move and customers call."""

WATCHED = "T01"
"""The technician whom nobody plays: yours to be, on the phone page."""

DESK_COLLEAGUE = "agent2"
LEADER_COLLEAGUE = "leader2"
OPERATOR_COLLEAGUE = "noc2"
"""Those who act in the story; the accounts without a number are yours."""


def account_of(who: str) -> str:
    """The account name of a technician by id, or of a tenant, of the demo."""
    return who.lower()
