"""Mass outages: declared by policy or a person from the sites without mains, planned by area, ended by a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from dispatch.board import Board
from dispatch.centre.crews_needed import crews_needed
from dispatch.centre.pauses import checked_reason, checked_region
from dispatch.centre.state import Dark, Emergency, around, lies_in
from dispatch.jobs import candidate_of
from dispatch.notices import Notice
from dispatch.records import DISPATCH
from dispatch.said import Said
from dispatch.shifts import zone_of
from guywire.chinese import joined
from guywire.commands.centre import DeclareEmergency, EndEmergency
from guywire.errors import conflict
from guywire.model import Role

_AREA_STEPS = 3


def declare(board: Board, command: DeclareEmergency, actor: str) -> Said:
    """Declares a mass outage of a region. Raises `Refused` where there is one already."""
    region = checked_region(board, command.region)
    checked_reason(command.reason)
    if standing := board.centre.emergency_of(region):
        raise conflict("emergency_stands", f"{standing.region} is in an emergency already ({standing.emergency_id}).")
    return Said("emergency", _declare(board, region, command.reason, actor).emergency_id)


def end(board: Board, command: EndEmergency, actor: str) -> Said:
    """Back to normal. Raises `Refused`."""
    standing = next((one for one in board.centre.emergencies.values() if one.emergency_id == command.emergency), None)
    if standing is None:
        raise conflict("already_over", f"{command.emergency} is over already: somebody ended it. Look at it again.")
    if command.version is not None and command.version != standing.version:
        raise conflict("version_is_old", f"{command.emergency} has changed: it is version {standing.version} now.")
    checked_reason(command.reason)
    ended = replace(standing, ended_at=board.now, ended_by=actor, end_reason=command.reason)
    _put(board, ended)
    _tell(
        board, ended, "emergency_over", joined(ended.region, "恢复正常派单"), f"{ended.region}: back to normal dispatch"
    )
    return Said("emergency", ended.emergency_id)


def follow_emergencies(board: Board) -> None:
    """Declares what policy says is one, keeps the plan by area, and proposes an end when it looks over."""
    for region, sites in sorted(_dark_by_area(board).items()):
        if sites >= board.centre.policy.emergency.sites and board.centre.is_calm(region):
            _declare(board, region, f"{sites} sites without mains", DISPATCH)
    crews = _on_duty(board) if board.centre.emergencies else Counter()
    for emergency in list(board.centre.emergencies.values()):
        _follow(board, emergency, crews)


def _follow(board: Board, emergency: Emergency, crews: Counter[str]) -> None:
    policy = board.centre.policy.emergency
    dark = [one for one in board.centre.dark if lies_in(one.region, emergency.region)]
    calm_from = emergency.calm_from if len(dark) <= policy.calm_sites else None
    if len(dark) <= policy.calm_sites:
        calm_from = calm_from or board.now
    changed = replace(emergency, areas=_areas(board, dark, crews), calm_from=calm_from)
    due = calm_from + timedelta(minutes=policy.calm_minutes) if calm_from else None
    if due and due > board.now:
        board.look_again_at.append(due)
    if due is None or due > board.now:
        changed = replace(changed, end_proposed_at=None)
    elif emergency.end_proposed_at is None:
        changed = replace(changed, end_proposed_at=board.now, version=changed.version + 1)
        zh = joined(changed.region, "仅剩", len(dark), "站停电，建议结束应急")
        en = f"{changed.region}: {len(dark)} sites without mains are left, end the emergency?"
        _tell(board, changed, "emergency_end_proposed", zh, en)
    if changed != emergency:
        board.centre.put_emergency(changed)  # no new version: that a count moved takes nobody by surprise


def _declare(board: Board, region: str, reason: str, actor: str) -> Emergency:
    board.centre.last_emergency += 1
    made = Emergency(
        emergency_id=f"E{board.centre.last_emergency}",
        region=region,
        reason=reason,
        declared_at=board.now,
        declared_by=actor,
        version=0,
    )
    _put(board, made)
    _tell(board, made, "emergency", joined(region, f"进入应急：{reason}"), f"{region} is in an emergency: {reason}")
    board.try_all = True  # crews are pooled from now on
    return board.centre.emergencies[region]


def _put(board: Board, emergency: Emergency) -> None:
    board.centre.put_emergency(replace(emergency, version=emergency.version + 1))


def _areas(board: Board, dark: Sequence[Dark], crews: Counter[str]) -> list[dict[str, Any]]:
    """The plan by area: how many sites are without mains and down, who is there, and how many crews it takes."""
    areas = sorted({_area(one.region) for one in dark})
    return [_of_area(board, area, [one for one in dark if _area(one.region) == area], crews[area]) for area in areas]


def _of_area(board: Board, area: str, dark: Sequence[Dark], there: int) -> dict[str, Any]:
    ends = [one.ends_at for one in dark if one.ends_at]
    needed, too_late = crews_needed(board, dark)
    return {
        "region": area,
        "sites_without_mains": len(dark),
        "sites_down": sum(one.down for one in dark),
        "first_down_at": min(ends).isoformat() if ends else None,
        "crews_there": there,
        "crews_needed": needed,
        "too_late": too_late,
    }


def _dark_by_area(board: Board) -> Counter[str]:
    return Counter(_area(one.region) for one in board.centre.dark if one.region)


def _area(region: str) -> str:
    return "/".join(region.split("/")[:_AREA_STEPS])


def _on_duty(board: Board) -> Counter[str]:
    """How many technicians are on duty now, by area; shifts are read in the zone of what is open nearby."""
    zones = {"/".join(need.region.split("/")[:2]): need.time_zone for need in board.needs.values()}
    crews: Counter[str] = Counter()
    for person in board.people.values():
        zone = zone_of(zones.get("/".join(person.region.split("/")[:2])))
        if person.role == Role.TECHNICIAN and candidate_of(board, person, zone).duty_at(board.now):
            crews[_area(person.region)] += 1
    return crews


def _tell(board: Board, emergency: Emergency, kind: str, zh: str, en: str) -> None:
    """Tells the area managers of the region and of those around it."""
    for person in board.people.values():
        concerned = lies_in(person.region, emergency.region) or person.region in around(emergency.region)
        if person.role == Role.AREA_MANAGER and (concerned or not person.region):
            board.notices.tell(
                Notice(
                    notice_id=f"{emergency.emergency_id}/{kind}/{emergency.version}/{person.technician_id}",
                    person_id=person.technician_id,
                    kind=kind,
                    at=board.now,
                    words={"zh": zh, "en": en},
                    urgent=kind == "emergency",
                    domain="/".join(emergency.region.split("/")[:2]),
                )
            )
