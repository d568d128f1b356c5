"""The kinds of faults: each breaks its one thing and lets the world follow. Returns none where it finds no place."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from benchmarks.correlation.power import drop_station, drop_stations, heat_up, lose_mains, run_down
from benchmarks.correlation.province import Cable
from benchmarks.correlation.truth import ANY, Fault, RootName
from benchmarks.correlation.world import Cause, Reporter, World

Breaks = Callable[[Cause, str, float], Fault | None]
"""What a kind does: at a site (each finds its own part of it or near it), from a time on."""

SINGLES = (
    ("tower-light", "tower-light-failure", "power"), ("env", "sensor-failure", "env"), ("env", "high-humidity", "env"),
    ("env", "low-temperature", "env"), ("fan-1", "fan-failure", "power"), ("das", "das-failure", "power"),
    ("solar", "solar-failure", "power"), ("rectifier-2", "rectifier-comms-failure", "power"),
    ("power", "dc-output-high", "power"), ("switch-1", "port-down", "switch"),
    ("power", "surge-arrester-failure", "power"),
)  # fmt: skip
"""Small faults: resource, type, and the part that it shares with what could be taken for its cause."""


def feed(cause: Cause, site: str, start: float) -> Fault | None:
    """A power feed fails: all its sites lose mains within moments."""
    world = cause.world
    name = world.province.site(site).power_feed
    sites = world.province.fed_by.get(name, [])
    if len(sites) < 3 or not world.claim("power", *sites):
        return None
    end = start + world.family.mix.mains_away.draw(world.chance)
    again = _bad_return(world, end + 20)
    for one in sites:
        lose_mains(cause, one, start + world.chance.uniform(0, 3), end + world.chance.uniform(0, 20), root=True)
        _lose_again(cause, one, again)
    alone = tuple(RootName(one, ANY, "mains-failure") for one in sites)
    names = (RootName("", f"feed:{name}"),)
    return Fault(cause.fault, "feed", f"feed:{name}", start, end, names, alone, can_report=False, told_by=2)


def mains(cause: Cause, site: str, start: float) -> Fault | None:
    """One site's own mains: its transformer, breaker or cable."""
    world = cause.world
    if not world.claim("power", site):
        return None
    brief = world.happens(world.family.mix.brief)
    end = start + (world.family.mix.brief_for if brief else world.family.mix.mains_away).draw(world.chance)
    lose_mains(cause, site, start, end, root=True)
    if not brief:
        _lose_again(cause, site, _bad_return(world, end))
    return _at(cause, "mains", site, "mains-failure", start, end, brief=brief)


def link(cause: Cause, site: str, start: float) -> Fault | None:
    """A cable is cut, or a radio hop is down for good."""
    world = cause.world
    if (cable := _free_cable(world, site)) is None:
        return None
    mix, physics = world.family.mix, world.physics
    brief = world.happens(mix.brief)
    end = start + (mix.brief_for if brief else mix.repair).draw(world.chance)
    cause.cut(cable.cable_id, start, end)
    if not brief and world.happens(physics.returns_badly):
        again = end + physics.bad_return_after.draw(world.chance)
        cause.cut(cable.cable_id, again, again + physics.bad_return_for.draw(world.chance))
    return _of_cable(cause, "link", cable, start, end, brief=brief)


def fading(cause: Cause, site: str, start: float) -> Fault | None:
    """Rain or a loose antenna: a radio hop comes and goes."""
    world = cause.world
    cable = _free_cable(world, site)
    if cable is None or cable.medium != "microwave":
        return None
    at = start
    for _ in range(world.chance.randint(*world.physics.flaps)):
        down = world.physics.flap_down.draw(world.chance)
        cause.cut(cable.cable_id, at, at + down)
        at += down + world.physics.flap_up.draw(world.chance)
    for end, monitored in cable.ends():
        if monitored:
            cause.tell(end, cable.port_at(end), "link-degraded", start, at, Reporter.RADIO, root=True)
    return _of_cable(cause, "fading", cable, start, at)


def dead_hub(cause: Cause, site: str, start: float) -> Fault | None:
    """A hub dies at one blow (a burnt bus bar, lightning, a fallen mast), its controller with it: it says nothing."""
    world = cause.world
    hub = site if site in world.province.hubs else world.chance.choice(world.province.hubs)
    below = {lower for _, lower in world.province.downwards.get(hub, ())}
    if len(below) < 3 or not world.claim("power", hub) or not world.claim("all", hub):
        return None
    end = start + world.family.mix.repair.draw(world.chance)
    cause.kill(hub, start, end)
    drop_stations(cause, hub, start, end + world.physics.restart.draw(world.chance))
    above = [cable for cable in world.province.cables_at[hub] if cable.lower == hub or cable.both_ways]
    only = tuple(_port_name(cable, cable.upper) for cable in above if cable.lower == hub) if len(above) == 1 else ()
    return Fault(cause.fault, "dead-hub", hub, start, end, (RootName(hub, ANY), *only), can_report=False)


def rectifier(cause: Cause, site: str, start: float) -> Fault | None:
    """A rectifier fails; with the last one gone the site lives on its battery."""
    world = cause.world
    if not world.claim("power", site):
        return None
    end = start + world.family.mix.repair.draw(world.chance)
    cause.tell(site, "rectifier-1", "rectifier-failure", start, end, root=True)
    if world.happens(0.35):
        if world.happens(0.4):
            cause.tell(site, "power", "dc-output-low", start + world.chance.uniform(0, 30), end)
        run_down(cause, site, start + world.chance.uniform(0, 5), end)
    return _at(cause, "rectifier", site, "rectifier-failure", start, end)


def aircon(cause: Cause, site: str, start: float) -> Fault | None:
    """The air conditioner stops, and the shelter heats up."""
    if not all(cause.world.claim(part, site) for part in ("power", "air")):
        return None  # an air conditioner that fails without mains is nothing of its own
    end = start + cause.world.family.mix.repair.draw(cause.world.chance)
    cause.tell(site, "aircon-1", "aircon-failure", start, end, root=True)
    heat_up(cause, site, start, end)
    return _at(cause, "aircon", site, "aircon-failure", start, end)


def fuse(cause: Cause, site: str, start: float) -> Fault | None:
    """A branch fuse blows: what hangs on it is off, a tenant's station or a radio."""
    world = cause.world
    if not world.claim("power", site):
        return None
    end = start + world.family.mix.repair.draw(world.chance)
    cause.tell(site, "power", "dc-fuse-blown", start, end, qualifier=f"branch-{world.chance.randint(1, 8)}", root=True)
    if world.happens(0.25) and (cable := _free_cable(world, site)) is not None:
        cause.cut(cable.cable_id, start + 0.2, end)
    else:
        tenant = world.chance.choice(world.province.site(site).tenants)
        drop_station(cause, site, tenant, start, end + world.physics.restart.draw(world.chance))
    return _at(cause, "fuse", site, "dc-fuse-blown", start, end)


def fire_or_water(cause: Cause, site: str, start: float) -> Fault | None:
    """Water or smoke in the shelter, and one thing after the other gives up."""
    world = cause.world
    if not all(world.claim(part, site) for part in ("power", "air", "env")):
        return None
    end = start + world.family.mix.repair.draw(world.chance)
    what = world.chance.choice(("water-ingress", "smoke"))
    cause.tell(site, "env", what, start, end, root=True)
    harms: list[Callable[[float], None]] = [
        lambda at: cause.tell(site, "rectifier-1", "rectifier-failure", at, end),
        lambda at: cause.tell(site, "aircon-1", "aircon-failure", at, end),
        lambda at: lose_mains(cause, site, at, end, root=False),
        lambda at: drop_station(cause, site, world.province.site(site).tenants[0], at, end),
        lambda at: cause.tell(site, "env", "high-humidity" if what == "water-ingress" else "high-temperature", at, end),
    ]
    at = start
    for harm in world.chance.sample(harms, world.chance.randint(0, 3)):
        at += world.physics.gives_up.draw(world.chance) / 3
        if at < end:
            harm(at)
    return _at(cause, "fire-or-water", site, what, start, end)


def break_in(cause: Cause, site: str, start: float) -> Fault | None:
    """A door is opened; then somebody is inside, and now and then a battery is gone."""
    world = cause.world
    if not world.claim("door", site):
        return None
    end = start + world.family.mix.repair.draw(world.chance)
    cause.tell(site, "door", "door-open", start, end, root=True)
    if world.happens(0.8):
        cause.tell(site, "env", "intrusion", start + world.chance.uniform(2, 240), end)
    return _at(cause, "break-in", site, "door-open", start, end)


def station(cause: Cause, site: str, start: float) -> Fault | None:
    """A tenant's own station fails, which is no fault of the tower's."""
    world = cause.world
    tenant = world.chance.choice(world.province.site(site).tenants)
    if not world.claim("power", site):
        return None  # without power, or in the heat, nobody could tell it from what these do
    end = start + world.family.mix.repair.draw(world.chance)
    drop_station(cause, site, tenant, start, end, root=True)
    told = "cell-down" if tenant in world.province.traits[site].by_cells else "base-station-down"
    return _at(cause, "station", site, told, start, end, resource=f"bts-{tenant}")


def silent_controller(cause: Cause, site: str, start: float) -> Fault | None:
    """A controller's modem or card: it falls silent, its site is well."""
    world = cause.world
    if not world.claim("controller", site):
        return None
    end = start + world.family.mix.repair.draw(world.chance)
    cause.mute(site, start, end)
    cause.tell(site, "fsu", "fsu-offline", start, end, Reporter.COLLECTOR, root=True)
    return _at(cause, "silent-controller", site, "fsu-offline", start, end)


def battery(cause: Cause, site: str, start: float) -> Fault | None:
    """A string fails, or first runs hot."""
    world = cause.world
    if not world.claim("battery", site):
        return None
    end = start + world.family.mix.repair.draw(world.chance)
    hot = world.happens(0.4)
    what = "battery-high-temperature" if hot else "battery-failure"
    cause.tell(site, "battery-2", what, start, end, root=True)
    if hot and (fails := start + world.physics.gives_up.draw(world.chance)) < end:
        cause.tell(site, "battery-2", "battery-failure", fails, end + 60)
    return _at(cause, "battery", site, what, start, end)


def lightning(cause: Cause, site: str, start: float) -> Fault | None:
    """A surge on the mains: arrester and perhaps a rectifier gone."""
    world = cause.world
    if not world.claim("power", site):
        return None
    end = start + world.family.mix.repair.draw(world.chance)
    cause.tell(site, "power", "mains-over-voltage", start, start + world.chance.uniform(30, 600), root=True)
    cause.tell(site, "power", "surge-arrester-failure", start + world.chance.uniform(0, 10), end)
    if world.happens(0.5):
        cause.tell(site, "rectifier-3", "rectifier-failure", start + world.chance.uniform(0, 60), end)
    return _at(cause, "lightning", site, "mains-over-voltage", start, end)


def poor_mains(cause: Cause, site: str, start: float) -> Fault | None:
    """A phase or the voltage is missing; if the rectifiers give up on it, the site lives on its battery."""
    world = cause.world
    if not world.claim("power", site):
        return None
    end = start + world.family.mix.mains_away.draw(world.chance)
    what = world.chance.choice(("mains-phase-loss", "mains-under-voltage"))
    cause.tell(site, "power", what, start, end, root=True)
    if world.happens(0.4):
        run_down(cause, site, start + world.chance.uniform(1, 20), end)
    return _at(cause, "poor-mains", site, what, start, end)


def single(cause: Cause, site: str, start: float) -> Fault | None:
    """One small thing at a site."""
    world = cause.world
    resource, what, part = world.chance.choice(SINGLES)
    if not world.claim(part, site):
        return None
    end = start + world.family.mix.repair.draw(world.chance)
    by = Reporter.TENANT if what == "das-failure" else Reporter.CONTROLLER
    cause.tell(site, resource, what, start, end, by, root=True)
    return _at(cause, "single", site, what, start, end, resource=resource)


def harmless(cause: Cause, site: str, start: float) -> Fault | None:
    """What is no fault at all: a generator's test run, a restart, a wrong password."""
    chance = cause.world.chance
    if not cause.world.claim("power", site):
        return None
    what = chance.choice(("genset-running", "device-restart", "authentication-failure"))
    end = start + chance.uniform(300, 1800) if what == "genset-running" else None
    resource = "genset" if what == "genset-running" else "fsu"
    cause.tell(site, resource, what, start, end, root=True)
    fault = _at(cause, "harmless", site, what, start, end or start)
    return fault._replace(needs_hands=False)


KINDS: Mapping[str, Breaks] = {
    "feed": feed, "mains": mains, "link": link, "fading": fading, "dead-hub": dead_hub, "rectifier": rectifier,
    "aircon": aircon, "fuse": fuse, "fire-or-water": fire_or_water, "break-in": break_in, "station": station,
    "silent-controller": silent_controller, "battery": battery, "lightning": lightning, "poor-mains": poor_mains,
    "single": single, "harmless": harmless,
}  # fmt: skip


def _bad_return(world: World, end: float) -> tuple[float, float] | None:
    """When mains is back it may go once more for a moment."""
    if not world.happens(world.physics.returns_badly):
        return None
    again = end + world.physics.bad_return_after.draw(world.chance)
    return again, again + world.physics.bad_return_for.draw(world.chance)


def _lose_again(cause: Cause, site: str, again: tuple[float, float] | None) -> None:
    if again is not None:
        cause.tell(site, "power", "mains-failure", *again, root=True)
        if cause.world.happens(0.7):
            cause.tell(site, "battery-1", "battery-discharging", again[0] + 1, again[1])


def _free_cable(world: World, site: str) -> Cable | None:
    """A cable at the site that no other fault has, those with more below as likely as others."""
    cables = [cable for cable in world.province.cables_at.get(site, ()) if ("", cable.cable_id) not in world.claimed]
    if not cables:
        return None
    cable = world.chance.choice(cables)
    world.claim(cable.cable_id, "")
    return cable


def _port_name(cable: Cable, site: str) -> RootName:
    return RootName(site, cable.port_at(site))


def _of_cable(cause: Cause, kind: str, cable: Cable, start: float, end: float, *, brief: bool = False) -> Fault:
    """Either end names it. If neither end was heard, nobody can tell it from the death of the site below."""
    ends = (_port_name(cable, cable.upper), _port_name(cable, cable.lower), RootName(ANY, f"link:{cable.cable_id}"))
    unheard = (RootName(cable.lower, ANY), *((RootName(cable.upper, ANY),) if cable.both_ways else ()))
    place = f"{cable.cable_id} {cable.upper}-{cable.lower}"
    reports = any(monitored for _, monitored in cable.ends())
    return Fault(
        cause.fault, kind, place, start, end, ends, unheard, needs_hands=not brief, heals=brief, can_report=reports
    )


def _at(  # noqa: PLR0913
    cause: Cause,
    kind: str,
    site: str,
    alarm_type: str,
    start: float,
    end: float,
    *,
    resource: str = ANY,
    brief: bool = False,
) -> Fault:
    names = (RootName(site, resource, alarm_type),)
    return Fault(cause.fault, kind, site, start, end, names, needs_hands=not brief, heals=brief)
