"""Adoption from the console: an unidentified alarm becomes equipment of a site, or a trap with a meaning."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import Field

from collectors.profile.compile import Profile
from collectors.profile.shelf import Shelf
from dashboards.routes.common import ALARMS, SITES, Body, Viewer
from guywire.errors import conflict, invalid
from guywire.identity import Permission, User
from guywire.inventory.adopt import AdoptedTrap, adopt_sender, adopt_trap
from guywire.inventory.model import Resource
from guywire.model import UNKNOWN_SENDER, Severity
from guywire.service import Service
from guywire.web import Database, Running, require
from guywire.web.listing import fetch_one

router = APIRouter(prefix="/api/v1", tags=["adoption"])
_shelf = lru_cache(maxsize=1)(Shelf)  # it reads only what changed since it was last asked

Adopter = Annotated[User, Depends(require(Permission.ADOPT_EQUIPMENT))]
UNKNOWN_TRAP = "unidentified"


class Sender(Body):
    """The place of the sender; a resource that is there already gets its address."""

    site: str = Field(min_length=1, max_length=64)
    resource: str = Field(min_length=1, max_length=500)
    kind: str = Field(default="", max_length=500)
    profile: str = Field(default="", max_length=500)
    credential: str = Field(default="", max_length=500)


class Meaning(Body):
    """What the trap means; `clear_trap` is the OID of the one that ends it."""

    alarm_type: str = Field(min_length=1, max_length=64)
    severity: Severity | None = None
    clear_trap: str = Field(default="", max_length=1000)


@router.get("/profiles")
async def list_profiles(user: Viewer, service: Running) -> dict[str, Any]:
    """The device profiles that a resource can name."""
    del user
    found = sorted(_profiles(service).values(), key=lambda profile: profile.name)
    return {"items": [{"id": one.name, "description": one.description} for one in found], "next": None}


@router.post("/alarms/{alarm}/adopt-sender")
async def adopt_unknown_sender(
    alarm: str, given: Sender, user: Adopter, database: Database, service: Running
) -> dict[str, Any]:
    """Gives the alarm's sender its place in the inventory. What was kept of it is classified again within seconds."""
    unknown = await fetch_one(database, ALARMS, alarm, user)
    if not unknown["resource"].startswith(UNKNOWN_SENDER):
        raise conflict("sender_is_known", f"{alarm} comes from {unknown['resource']}, which the inventory knows.")
    if given.profile and given.profile not in _profiles(service):
        raise invalid(
            "unknown_profile", f"There is no device profile {given.profile!r}. GET /api/v1/profiles has them."
        )
    await fetch_one(database, SITES, given.site, user)
    realm, _, address = unknown["resource"].removeprefix(UNKNOWN_SENDER).rpartition("/")
    found = Resource(given.site, given.resource, given.kind, address, given.profile, given.credential, realm)
    adopted = await adopt_sender(database, found, user.name, datetime.now(UTC))
    return {"id": f"{adopted.site_id}/{adopted.resource}", "address": adopted.address, "profile": adopted.profile}


@router.post("/alarms/{alarm}/adopt-trap")
async def adopt_unknown_trap(alarm: str, given: Meaning, user: Adopter, database: Database) -> dict[str, Any]:
    """Says what the alarm's trap means, from now on and for what was kept of it."""
    unknown = await fetch_one(database, ALARMS, alarm, user)
    if unknown["alarm_type"] != UNKNOWN_TRAP:
        raise conflict("trap_is_known", f"{alarm} is {unknown['alarm_type']} already: a profile knows its trap.")
    oid = unknown["details"].get("trap", unknown["qualifier"])
    trap = AdoptedTrap(oid, given.alarm_type, given.clear_trap.removeprefix("."), given.severity or "")
    await adopt_trap(database, trap, user.name, datetime.now(UTC))
    return {"id": trap.trap_oid, "alarm_type": trap.alarm_type, "clear_trap": trap.clear_oid}


def _profiles(service: Service) -> Mapping[str, Profile]:
    shelf = _shelf(service.settings.data_dir / "profiles")
    shelf.reload()
    return shelf.profiles()
