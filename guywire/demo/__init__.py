"""The demo: a seeded province whose simulated devices send real SNMP, whose technicians move and customers call."""

WATCHED = "T01"
"""The technician whom nobody plays: yours to be, on the phone page."""

DESK_ACCOUNT = "agent"
LEADER_ACCOUNT = "leader"


def account_of(technician_id: str) -> str:
    """The account name of a technician of the demo."""
    return technician_id.lower()
