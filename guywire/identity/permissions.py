"""Who may do what, as one table: the faces ask `may` before every request and `in_region` for every object."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from guywire.model import Role, is_below


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who is signed in. `region` bounds what they see ("" is everywhere)."""

    name: str
    role: Role
    region: str
    technician_id: str
    tenant: str


class Permission(StrEnum):
    VIEW_NETWORK = "view_network"
    """Alarms, incidents, tickets, work orders, sites, the map."""
    ACT_ON_ALARMS = "act_on_alarms"
    PLAN_SILENCE = "plan_silence"
    """Maintenance windows and shelves."""
    ADOPT_EQUIPMENT = "adopt_equipment"
    """Give an unidentified sender or trap its place and meaning."""
    MANAGE_TICKETS = "manage_tickets"
    MANAGE_WORK_ORDERS = "manage_work_orders"
    GRANT_TIME = "grant_time"
    """More time for a ticket, and time off its clocks afterwards."""
    MANAGE_ROTA = "manage_rota"
    """Absences, extra duty, stand-by, swaps and certificates of others."""
    URGE_TICKETS = "urge_tickets"
    HAND_OVER = "hand_over"
    """The shift's handovers: notes, handing over, signing."""
    LEAD_SHIFT = "lead_shift"
    """The load of each operator and what is overdue; ending somebody else's claim."""
    VIEW_SYSTEM = "view_system"
    """How the system itself does."""
    VIEW_REPORTS = "view_reports"
    """How the network and those who keep it did."""
    EDIT_PROCEDURES = "edit_procedures"
    VIEW_GROUND = "view_ground"
    """What a map is drawn on, the land or a centre's own tiles, and nothing of the network."""
    VIEW_OUTAGE_CONTEXT = "view_outage_context"
    REGISTER_COMPLAINTS = "register_complaints"
    VIEW_COMPLAINTS = "view_complaints"
    WORK_ORDERS_OF_ONE = "work_orders_of_one"
    """A technician's own work orders and positions, and nobody else's."""
    VIEW_OWN_EQUIPMENT = "view_own_equipment"
    """A tenant's: only what concerns its own equipment."""
    MANAGE_USERS = "manage_users"


_P = Permission
_DESK = frozenset({_P.VIEW_GROUND, _P.VIEW_OUTAGE_CONTEXT, _P.REGISTER_COMPLAINTS, _P.VIEW_COMPLAINTS, _P.URGE_TICKETS})
_NETWORK = frozenset({_P.VIEW_NETWORK, _P.ACT_ON_ALARMS, _P.ADOPT_EQUIPMENT, _P.MANAGE_TICKETS, _P.MANAGE_WORK_ORDERS})
_CENTRE = _NETWORK | _DESK | {_P.PLAN_SILENCE, _P.HAND_OVER, _P.VIEW_SYSTEM, _P.VIEW_REPORTS}
_LEAD = _CENTRE | {_P.GRANT_TIME, _P.MANAGE_ROTA, _P.LEAD_SHIFT, _P.EDIT_PROCEDURES}

PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.ADMIN: _LEAD | {_P.MANAGE_USERS},
        Role.SHIFT_LEADER: _LEAD,
        Role.NOC_OPERATOR: _CENTRE,
        Role.AREA_MANAGER: frozenset(
            {
                _P.VIEW_NETWORK,
                _P.VIEW_REPORTS,
                _P.MANAGE_WORK_ORDERS,
                _P.VIEW_GROUND,
                _P.VIEW_OUTAGE_CONTEXT,
                _P.VIEW_COMPLAINTS,
                _P.WORK_ORDERS_OF_ONE,
                _P.GRANT_TIME,
                _P.MANAGE_ROTA,
                _P.URGE_TICKETS,
            }
        ),
        Role.TECHNICIAN: frozenset({_P.WORK_ORDERS_OF_ONE}),
        Role.COMPLAINT_AGENT: _DESK,
        Role.TENANT: frozenset({_P.VIEW_OWN_EQUIPMENT, _P.REGISTER_COMPLAINTS}),
    }
)


def may(user: User, permission: Permission) -> bool:
    """Whether the user may. Work orders of one's own also take being a technician of the inventory."""
    if permission is Permission.WORK_ORDERS_OF_ONE and not user.technician_id:
        return False
    return permission in PERMISSIONS[user.role]


def in_region(user: User, region: str | None) -> bool:
    """Whether an object of this region path is the user's to see: a user of `p/c` sees `p/c` and `p/c/area`.

    What has no region (an alarm of an unidentified sender) is seen by those who see everywhere.
    """
    if not user.region:
        return True
    return region is not None and is_below(region, user.region)


def concerns(user: User, regions: Iterable[str]) -> bool:
    """Whether what spans these regions is the user's to see: it lies in theirs, covers it, or covers everything."""
    paths = list(regions)
    return not paths or any(in_region(user, path) or user.region.startswith(f"{path}/") for path in paths)
