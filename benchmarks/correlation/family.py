"""The settings of a family of storms: how networks are built, what fails, and how badly it is heard.

Numbers are what is plausible for tower networks, not what suits a correlator. `DEVELOPMENT` is the family that may be
looked at; the other one stands in `held_back.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.correlation.draw import Spread, exponential, gamma, lognormal, uniform

MINUTE = 60.0
HOUR = 3600.0


@dataclass(frozen=True, eq=False)
class Build:
    """How a province is made. Shares are of sites unless said otherwise."""

    sites: tuple[int, int]
    per_hub: tuple[int, int]
    shapes: Mapping[str, float]
    """Weights of the shape of the backbone: tree, dual (two upstreams a hub), ring, mesh, line (a row of hubs)."""
    chained: float
    """Leaves that hang on another leaf."""
    second_way: float
    """Leaves with a second upstream."""
    feed_sites: tuple[int, int]
    fed: float
    gensets: float
    own_modem: float
    """Controllers that speak by a modem of their own, whatever the site's links do."""
    monitored_ends: float
    """Link ends that report at all."""
    battery_hours: tuple[float, ...]
    battery_health: Spread
    """Battery life left, of the nominal hours."""


@dataclass(frozen=True, eq=False)
class Mix:
    """What fails, how often, when, and for how long (seconds)."""

    faults: tuple[int, int]
    kinds: Mapping[str, float]
    within: Spread
    """The length of the storm: faults begin at any time in it."""
    same_site: float
    """The share of faults that come at a site where another one is, in another part of it; and next door:"""
    neighbour: float
    repair: Spread
    mains_away: Spread
    brief: float
    """Mains and link failures that heal by themselves within `brief_for`."""
    brief_for: Spread


@dataclass(frozen=True, eq=False)
class Physics:
    """Delays of effects, in seconds, and chances of them."""

    genset_start: Spread
    genset_fails: float
    genset_fuel: Spread
    low_voltage_at: Spread
    disconnect_at: Spread
    """Shares of the battery's life at which its voltage is low, and the base stations are shed."""
    hold_up: Spread
    """How long a controller lives on after its battery is disconnected."""
    recharge: Spread
    restart: Spread
    no_air: float
    """Shelters whose air conditioner reports that it has no mains."""
    heating: Spread
    cooling: Spread
    overheats: float
    """Hot shelters in which something gives up, and after how long:"""
    gives_up: Spread
    returns_badly: float
    """Returns of mains or link that are followed by another short failure."""
    bad_return_after: Spread
    bad_return_for: Spread
    flaps: tuple[int, int]
    flap_down: Spread
    flap_up: Spread


@dataclass(frozen=True, eq=False)
class Ears:
    """How reports come in: delays in seconds, and what goes wrong with them."""

    controller: Spread
    radio: Spread
    tenant: Spread
    collector: Spread
    resync: Spread
    resyncs: float
    """Controllers that tell what stands once they are back."""
    clockless: float
    """Devices whose reports carry no time: the receipt's is taken."""
    skew: Spread
    wild_clocks: float
    wild_skew: Spread
    lost: float
    burst: Spread | None
    """Where set, losses come in bursts of this many seconds, with the same share lost in all."""
    late: float
    late_by: Spread
    transit: Spread
    doubled: float
    repeats: float
    """Controllers that say again what stands, every:"""
    repeats_every: Spread


@dataclass(frozen=True, eq=False)
class Family:
    name: str
    build: Build
    mix: Mix
    physics: Physics
    ears: Ears


DEVELOPMENT = Family(
    "development",
    Build(
        sites=(300, 5_000),
        per_hub=(8, 30),
        shapes={"tree": 0.35, "dual": 0.25, "ring": 0.25, "mesh": 0.15},
        chained=0.25,
        second_way=0.12,
        feed_sites=(3, 60),
        fed=0.9,
        gensets=0.2,
        own_modem=0.2,
        monitored_ends=0.9,
        battery_hours=(2.0, 3.0, 4.0, 6.0, 8.0),
        battery_health=uniform(0.55, 1.05),
    ),
    Mix(
        faults=(1, 40),
        kinds={
            "feed": 10, "mains": 14, "link": 14, "fading": 6, "dead-hub": 7, "rectifier": 6, "aircon": 6, "fuse": 5,
            "fire-or-water": 4, "break-in": 4, "station": 9, "silent-controller": 6, "battery": 3, "lightning": 2,
            "poor-mains": 2, "single": 8, "harmless": 4,
        },
        within=uniform(0.5 * HOUR, 4 * HOUR),
        same_site=0.08,
        neighbour=0.2,
        repair=lognormal(2 * HOUR, 0.6, 0.4 * HOUR, 10 * HOUR),
        mains_away=lognormal(2 * HOUR, 0.8, 0.1 * HOUR, 12 * HOUR),
        brief=0.1,
        brief_for=uniform(8, 35),
    ),
    Physics(
        genset_start=gamma(25, 3, 8, 120),
        genset_fails=0.15,
        genset_fuel=lognormal(5 * HOUR, 0.5, HOUR),
        low_voltage_at=uniform(0.5, 0.75),
        disconnect_at=uniform(0.78, 0.92),
        hold_up=gamma(4, 2, 0.5, 20),
        recharge=lognormal(20 * MINUTE, 0.6, MINUTE),
        restart=lognormal(4 * MINUTE, 0.4, MINUTE, 15 * MINUTE),
        no_air=0.4,
        heating=lognormal(50 * MINUTE, 0.5, 10 * MINUTE, 4 * HOUR),
        cooling=lognormal(20 * MINUTE, 0.5, 3 * MINUTE),
        overheats=0.35,
        gives_up=lognormal(40 * MINUTE, 0.6, 5 * MINUTE),
        returns_badly=0.25,
        bad_return_after=lognormal(70, 0.6, 15, 280),
        bad_return_for=uniform(8, 60),
        flaps=(6, 50),
        flap_down=lognormal(9, 0.8, 2, 90),
        flap_up=lognormal(50, 0.9, 4, 240),
    ),
    Ears(
        controller=lognormal(8, 1.0, 0.5, 90),
        radio=lognormal(2.5, 0.8, 0.2, 40),
        tenant=lognormal(50, 0.7, 5, 300),
        collector=gamma(150, 4, 40, 420),
        resync=gamma(40, 2, 5, 240),
        resyncs=0.7,
        clockless=0.35,
        skew=uniform(-6, 6),
        wild_clocks=0.04,
        wild_skew=uniform(-120, 120),
        lost=0.10,
        burst=None,
        late=0.04,
        late_by=exponential(45, 1, 270),
        transit=gamma(0.4, 1.5, 0.02, 20),
        doubled=0.03,
        repeats=0.25,
        repeats_every=lognormal(10 * MINUTE, 0.3, 4 * MINUTE, 30 * MINUTE),
    ),
)  # fmt: skip
