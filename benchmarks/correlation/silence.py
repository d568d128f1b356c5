"""What others notice of broken links and dead or cut-off sites: the ends of links, tenants and the collector."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from benchmarks.correlation.power import drop_stations
from benchmarks.correlation.world import Broken, Cause, Reporter, World


def notice(world: World, away: Sequence[Broken]) -> None:
    """Adds to the world's conditions what follows from its broken links and from who is cut off."""
    for cable_id, times in sorted(_dark_cables(world).items()):
        cable = world.province.cables[cable_id]
        for site, monitored in cable.ends():
            seen = [one for one in times if one.what != site]  # its own death it does not see
            for one in joined(seen) if monitored else ():
                _light_lost(Cause(world, one.fault), site, cable.port_at(site), one)
    _shade(world, away)
    dead: dict[str, list[Broken]] = defaultdict(list)
    for one in world.dead_sites:
        dead[one.what].append(one)
    for one in away:
        _missed(world, one, dead=any(gone.start <= one.start < gone.end for gone in dead[one.what]))


def _shade(world: World, away: Iterable[Broken]) -> None:
    """That a controller is silent by itself shows only once its site is there again."""
    gone: dict[str, list[Broken]] = defaultdict(list)
    for one in away:
        gone[one.what].append(one)
    shown = []
    for told in world.conditions:
        start = told.start
        if told.by is Reporter.COLLECTOR:
            for one in joined(gone[told.identity.site]):
                start = one.end if one.start <= start < one.end else start
        if told.end is None or start < told.end:
            shown.append(told._replace(start=start))
    world.conditions[:] = shown


def joined(times: Iterable[Broken]) -> list[Broken]:
    """Overlapping times as one, which belongs to the fault that began it."""
    found: list[Broken] = []
    for one in sorted(times, key=lambda one: (one.start, one.end, one.fault)):
        if found and one.start <= found[-1].end:
            found[-1] = found[-1]._replace(end=max(found[-1].end, one.end))
        else:
            found.append(one)
    return found


def _dark_cables(world: World) -> dict[str, list[Broken]]:
    """When each cable carries nothing: it is cut, or a site at its end is dead."""
    dark: dict[str, list[Broken]] = defaultdict(list)
    for one in world.cut_cables:
        dark[one.what].append(one)
    for one in world.dead_sites:
        for cable in world.province.cables_at.get(one.what, ()):
            dark[cable.cable_id].append(one)
    return dark


def _light_lost(cause: Cause, site: str, port: str, one: Broken) -> None:
    """What the port at an end says: no signal, link down, or both, and a switch port behind it now and then."""
    world = cause.world
    root = world.faults[one.fault].kind in ("link", "fading")
    signal = world.happens(0.55)
    if signal:
        cause.tell(site, port, "loss-of-signal", one.start, one.end, Reporter.RADIO, root=root)
    if not signal or world.happens(0.5):
        cause.tell(site, port, "link-down", one.start, one.end, Reporter.RADIO, root=root)
    if world.happens(0.1):
        cause.tell(site, port, "port-down", one.start, one.end, Reporter.RADIO, qualifier="eth-1")


def _missed(world: World, one: Broken, *, dead: bool) -> None:
    """A cut-off site: its tenants' stations drop, and the collector hears nothing more from it."""
    cause = Cause(world, one.fault)
    drop_stations(cause, one.what, one.start, one.end + world.chance.uniform(0, 60))
    traits = world.province.traits[one.what]
    if traits.own_modem and not dead:
        return
    if traits.missed_as_site:
        cause.tell(one.what, "site", "site-unreachable", one.start, one.end, Reporter.COLLECTOR)
    else:
        cause.tell(one.what, "fsu", "fsu-offline", one.start, one.end, Reporter.COLLECTOR)
