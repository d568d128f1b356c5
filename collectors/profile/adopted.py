"""Traps that a person gave a meaning, as one more profile: tried for every sender, behind what the others say."""

from __future__ import annotations

from collections.abc import Sequence

from collectors.places import AdoptedTrap
from collectors.profile.compile import Profile, parse
from collectors.profile.file import ProfileError
from collectors.wire.oid import encode_oid

NAME = "~adopted"
"""Sorts behind every profile of a file."""


def adopted_profile(traps: Sequence[AdoptedTrap]) -> list[Profile]:
    """The profile of what can be used of them, none where there is none: a bad row costs itself alone.

    So does one that speaks of a trap which already has a meaning by an earlier one.
    """
    usable: list[AdoptedTrap] = []
    taken: set[bytes] = set()
    for trap in filter(_compiles, traps):
        means = {encode_oid(oid) for oid in _oids(trap)}
        if means.isdisjoint(taken):
            usable.append(trap)
            taken |= means
    return [_profile(usable)] if usable else []


def _compiles(trap: AdoptedTrap) -> bool:
    try:
        _profile([trap])
    except ProfileError:
        return False
    return True


def _profile(traps: Sequence[AdoptedTrap]) -> Profile:
    lines = [f'name = "{NAME}"', 'description = "Traps adopted by hand"', "standard = true", "[names]"]
    oids = {oid: f"t{place}" for place, oid in enumerate(dict.fromkeys(oid for trap in traps for oid in _oids(trap)))}
    lines += [f'{name} = "{oid}"' for oid, name in oids.items()]
    for trap in traps:
        lines += ["[[alarms]]", f'alarm_type = "{trap.alarm_type}"', f'raise = "{oids[trap.trap_oid]}"']
        lines += [f'clear = "{oids[trap.clear_oid]}"'] if trap.clear_oid else []
        lines += [f'severity = "{trap.severity}"'] if trap.severity else []
        lines += [f'qualifier = "{trap.trap_oid}"', f'text = "trap {trap.trap_oid}"']
    return parse("\n".join(lines), NAME)


def _oids(trap: AdoptedTrap) -> list[str]:
    return [oid for oid in (trap.trap_oid, trap.clear_oid) if oid]
