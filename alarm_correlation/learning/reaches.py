"""The scopes of causes.toml read off the inventory, for the learner: who may have caused what at a site."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from alarm_correlation.causes import Scope
from alarm_correlation.learning.history import Onset, Place, Reach
from alarm_correlation.state import FEED
from guywire.inventory.model import Link
from guywire.inventory.topology import Topology


def same_resource() -> Reach:
    return Reach(
        Scope.RESOURCE,
        lambda effect: ((effect.site, effect.resource),),
        lambda cause: 1 if cause.site else 0,
        narrow=True,
    )


def same_site() -> Reach:
    return Reach(Scope.SITE, lambda effect: ((effect.site, ""),), lambda cause: 1 if cause.site else 0)


def reaches_of(topology: Topology) -> Sequence[Reach]:
    """Every scope, the narrower before the wider: of two that fit equally well the first is proposed.

    Downstream is any site above, whether or not there was a second way up at that time: `explain` will ask that anew.
    """
    return same_resource(), _link(topology), _far_end(topology), same_site(), _feed(topology), _downstream(topology)


def _link(topology: Topology) -> Reach:
    def ends(onset: Onset) -> tuple[Place, ...]:
        return tuple(end for end in _other_ends(topology, onset) if end[1])

    return Reach(Scope.LINK, ends, lambda cause: len(ends(cause)), narrow=True)


def _far_end(topology: Topology) -> Reach:
    def sites(effect: Onset) -> set[Place]:
        return {(site, "") for site, _ in _other_ends(topology, effect)}

    def spread(cause: Onset) -> int:
        links = (*topology.uplinks(cause.site), *topology.downlinks(cause.site))
        return len({_far_site(link, cause.site) for link in links})

    return Reach(Scope.FAR_END, sites, spread, narrow=True)


def _feed(topology: Topology) -> Reach:
    sites = Counter(FEED + site.power_feed for site in topology.sites.values() if site.power_feed)

    def sources(effect: Onset) -> tuple[Place, ...]:
        feed = topology.feed_of(effect.site)
        return (("", FEED + feed),) if feed else ()

    return Reach(Scope.FEED, sources, lambda cause: 0 if cause.site else sites[cause.resource])


def _downstream(topology: Topology) -> Reach:
    def above(effect: Onset) -> Iterator[Place]:
        return ((site, "") for site in topology.above(effect.site) if site != effect.site)

    return Reach(Scope.DOWNSTREAM, above, lambda cause: len(topology.below(cause.site) - {cause.site}))


def _other_ends(topology: Topology, onset: Onset) -> Iterator[Place]:
    for link in topology.links_at(onset.site, onset.resource):
        upwards = onset.site == link.downstream_site_id
        yield _far_site(link, onset.site), link.resource if upwards else link.downstream_resource


def _far_site(link: Link, here: str) -> str:
    return link.upstream_site_id if here == link.downstream_site_id else link.downstream_site_id
