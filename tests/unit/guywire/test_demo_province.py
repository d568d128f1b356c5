"""The demo's province and its clockwork: the same seed tells the same story, and what breaks heals."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from guywire.demo.faults import BASE_STATION, HEAT, MAINS, Signal
from guywire.demo.province import make_province
from guywire.demo.story import plot, tell
from guywire.demo.world import World


def _story(seed: int, seconds: int) -> list[Signal]:
    inventory = make_province(sites=60, technicians=6, customers=50, seed=seed)
    world = World(inventory, Random(seed))
    tell(world, inventory, Random(seed))
    return [signal for second in range(seconds) for signal in world.advance(float(second))]


def test_one_seed_tells_one_story() -> None:
    assert make_province(seed=3) == make_province(seed=3)
    assert _story(3, 200) == _story(3, 200)
    assert _story(3, 200) != _story(4, 200)


def test_every_site_but_a_gateway_has_a_way_up_to_one() -> None:
    inventory = make_province()
    upstream = {link.downstream_site_id: link.upstream_site_id for link in inventory.links.values()}
    for site in inventory.sites.values():
        here = site.site_id
        while not inventory.sites[here].gateway:
            here = upstream[here]
        assert inventory.sites[here].domain == site.domain


def test_every_address_belongs_to_one_device() -> None:
    addresses = [resource.address for resource in make_province().resources.values() if resource.address]
    assert len(addresses) == len(set(addresses))


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1000), lost=st.integers(5, 600))
def test_whatever_a_power_cut_raised_is_cleared_once_power_is_back(seed: int, lost: int) -> None:
    inventory = make_province(sites=36, technicians=4, customers=1, seed=seed)
    world = World(inventory, Random(seed))
    feed = next(iter(inventory.power_feeds))
    world.at(1.0, lambda: world.feed_fails(feed))
    world.at(1.0 + lost, lambda: world.feed_returns(feed))
    standing: set[tuple[str, str, str]] = set()
    for second in range(lost + 60):
        for signal in world.advance(float(second)):
            change = standing.add if signal.raised else standing.discard
            change((signal.site, signal.resource, signal.fault.name))
    assert standing == set()


def test_a_dark_hub_silences_its_children_but_not_their_base_stations_manager() -> None:
    inventory = make_province(sites=60, technicians=4, customers=1)
    world = World(inventory, Random(1))
    hub = list(inventory.sites)[6]
    world.at(1.0, lambda: world.rectifiers_fail(hub))
    child = next(link.downstream_site_id for link in inventory.links.values() if link.upstream_site_id == hub)
    world.at(60.0, lambda: world.mains_fails(child))
    heard = [signal for second in range(120) for signal in world.advance(float(second))]
    assert BASE_STATION in {signal.fault for signal in heard if signal.site == child}
    assert MAINS not in {signal.fault for signal in heard if signal.site == child}


def test_the_story_has_a_sensor_that_swings_works_and_a_hub_that_cannot_say_what_is_wrong_with_it() -> None:
    inventory = make_province(sites=60, technicians=6, customers=1)
    where = plot(inventory)
    heard = _story(7, 200)
    swings = [signal.site for signal in heard if signal.fault is HEAT]
    sensor = max(set(swings), key=swings.count)
    assert swings.count(sensor) >= 30
    assert [signal.raised for signal in heard if signal.fault is HEAT and signal.site == sensor][:4] == [
        True,
        False,
    ] * 2
    assert MAINS in {signal.fault for signal in heard if signal.site == where.works}
    of_silent_hub = {signal.fault for signal in heard if signal.site == where.silent_hub}
    assert of_silent_hub == {BASE_STATION}
    behind = {link.downstream_site_id for link in inventory.links.values() if link.upstream_site_id == where.silent_hub}
    assert behind <= {signal.site for signal in heard if signal.fault is BASE_STATION and signal.raised}
