"""What follows when a site's power goes: battery, generator, disconnects, heat; every effect by the state it is in."""

from __future__ import annotations

from benchmarks.correlation.world import Cause, Reporter


def lose_mains(cause: Cause, site: str, start: float, end: float, *, root: bool) -> None:
    """Mains away from start to end. What the site has to live on decides what follows."""
    cause.tell(site, "power", "mains-failure", start, end, root=root)
    carried = _start_genset(cause, site, start, end) if cause.world.province.traits[site].genset else []
    since = start
    for on, off in carried:
        run_down(cause, site, since, on)
        since = off
    run_down(cause, site, since, end)
    if not carried:
        _stop_cooling(cause, site, start, end)


def run_down(cause: Cause, site: str, start: float, end: float) -> None:
    """The site lives on its battery: falling voltage, loads shed, battery disconnected, everything dark."""
    if end - start < 2:
        return
    chance, physics = cause.world.chance, cause.world.physics
    life = cause.world.province.traits[site].battery_life * chance.uniform(0.93, 1.07)
    cause.tell(site, "battery-1", "battery-discharging", start, end)
    low = start + life * physics.low_voltage_at.draw(chance)
    if low < end:
        cause.tell(site, "battery-1", "battery-low-voltage", low, end + physics.recharge.draw(chance))
    shed = start + life * physics.disconnect_at.draw(chance)
    if shed < end:
        back = end + physics.recharge.draw(chance) / 4
        cause.tell(site, "power", "load-disconnect", shed, back)
        drop_stations(cause, site, shed, back + physics.restart.draw(chance))
    if start + life < end:
        cause.tell(site, "power", "battery-disconnect", start + life, end + chance.uniform(1, 60))
        go_dark(cause, site, start + life + physics.hold_up.draw(chance), end)


def go_dark(cause: Cause, site: str, start: float, end: float) -> None:
    """The whole site is dead until its power is back and its devices are up again."""
    chance = cause.world.chance
    up = end + cause.world.physics.restart.draw(chance)
    cause.kill(site, start, up)
    for resource in ("fsu", *(cable.port_at(site) for cable in cause.world.province.cables_at.get(site, ())[:2])):
        if cause.world.happens(0.4):
            cause.tell(site, resource, "device-restart", up + chance.uniform(1, 40), None)


def drop_stations(cause: Cause, site: str, start: float, end: float) -> None:
    for tenant in cause.world.province.site(site).tenants:
        drop_station(cause, site, tenant, start, end)


def drop_station(cause: Cause, site: str, tenant: str, start: float, end: float, *, root: bool = False) -> None:
    """A tenant's station gives no service: its operator's system says so, of the station, its cells or both."""
    traits = cause.world.province.traits[site]
    whole = tenant not in traits.by_cells
    if whole:
        cause.tell(site, f"bts-{tenant}", "base-station-down", start, end, Reporter.TENANT, root=root)
    for cell in range(1, 4) if not whole or tenant in traits.by_both else ():
        cause.tell(
            site, f"bts-{tenant}", "cell-down", start, end, Reporter.TENANT, qualifier=f"cell-{cell}",
            root=root and not whole,
        )  # fmt: skip


def heat_up(cause: Cause, site: str, start: float, end: float) -> None:
    """Nothing cools the shelter: after a while it is hot, and then something may give up."""
    chance, physics = cause.world.chance, cause.world.physics
    hot = start + physics.heating.draw(chance)
    if hot >= end:
        return
    cool = end + physics.cooling.draw(chance)
    cause.tell(site, "env", "high-temperature", hot, cool)
    broken = hot + physics.gives_up.draw(chance)
    if broken >= end or not cause.world.happens(physics.overheats):
        return
    if cause.world.happens(0.5):
        cause.tell(site, "rectifier-1", "rectifier-failure", broken, cool + chance.uniform(0, 600))
    else:
        tenant = chance.choice(cause.world.province.site(site).tenants)
        drop_station(cause, site, tenant, broken, cool + physics.restart.draw(chance))


def _start_genset(cause: Cause, site: str, start: float, end: float) -> list[tuple[float, float]]:
    """The times in which a generator carries the site; it may not start, or run out of fuel."""
    chance, physics = cause.world.chance, cause.world.physics
    on = start + physics.genset_start.draw(chance)
    if on >= end:
        return []
    if cause.world.happens(physics.genset_fails):
        cause.tell(site, "genset", "genset-failure", on + chance.uniform(10, 60), end + chance.uniform(0, 3600))
        return []
    empty = on + physics.genset_fuel.draw(chance)
    off = min(empty, end)
    cause.tell(site, "genset", "genset-running", on, off + chance.uniform(20, 180))
    low = on + (empty - on) * chance.uniform(0.75, 0.95)
    if low < end:
        cause.tell(site, "genset", "genset-low-fuel", low, end + chance.uniform(0, 7200))
    return [(on, off)]


def _stop_cooling(cause: Cause, site: str, start: float, end: float) -> None:
    world = cause.world
    if world.happens(world.physics.no_air):
        cause.tell(site, "aircon-1", "aircon-failure", start + world.chance.uniform(1, 20), end)
    if world.happens(0.06):
        cause.tell(site, "tower-light", "tower-light-failure", start, end)
    if world.happens(0.5):
        heat_up(cause, site, start, end)
