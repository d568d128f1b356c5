"""The transmission graph answers who hangs on whom, also where it has rings."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from guywire.inventory.model import Inventory, Link, Site
from guywire.inventory.topology import Topology

Pairs = list[tuple[str, str]]


def topology(pairs: Pairs, sites: str = "ABCDEF", gateways: str = "", feed: str = "") -> Topology:
    return Topology(
        Inventory(
            sites={key: Site(key, key, 0, 0, "p/c/a", "B", power_feed=feed, gateway=key in gateways) for key in sites},
            links={
                f"{up}{down}": Link(f"{up}{down}", up, down, "fibre", f"to-{down}", f"from-{up}") for up, down in pairs
            },
        )
    )


TREE: Pairs = [("A", "B"), ("A", "C"), ("B", "D"), ("C", "D"), ("D", "E")]


def test_sites_without_an_upstream_are_gateways_unless_some_are_marked() -> None:
    assert topology(TREE).gateways == {"A", "F"}
    assert topology(TREE, gateways="B").gateways == {"B"}


def test_above_and_below() -> None:
    tree = topology(TREE)
    assert tree.below("B") == {"D", "E"}
    assert tree.above("E") == {"A", "B", "C", "D"}
    assert tree.below_link(tree.links["AB"]) == {"B", "D", "E"}
    assert tree.below("F") == frozenset()


def test_a_site_with_two_ways_up_works_until_both_are_broken() -> None:
    tree = topology(TREE)
    assert tree.connected("E", {"AB"}, set())
    assert tree.connected("E", set(), {"B"})
    assert not tree.connected("E", {"AB"}, {"C"})
    assert not tree.connected("E", {"DE"}, set())
    assert tree.connected("B", {"BD"}, set())


def test_a_dead_gateway_is_no_gateway_and_the_site_itself_is_taken_to_be_well() -> None:
    tree = topology(TREE)
    assert not tree.connected("B", set(), {"A"})
    assert tree.connected("A", set(), {"A"})


def test_rank_goes_outwards_from_the_gateways() -> None:
    tree = topology(TREE)
    assert sorted("EDCBA", key=tree.rank) == list("ABCDE")
    assert topology([("B", "C"), ("C", "B")], gateways="A").rank("B") == (6, "B"), "no way up: behind all others"


def test_both_ends_of_a_link_are_found_by_site_and_resource() -> None:
    tree = topology(TREE)
    assert [link.link_id for link in tree.links_at("A", "to-B")] == ["AB"]
    assert [link.link_id for link in tree.links_at("D", "from-B")] == ["BD"]
    assert tree.links_at("D", "to-B") == ()


def test_an_unknown_site_stands_alone() -> None:
    tree = topology(TREE, feed="F1")
    assert (tree.feed_of("A"), tree.feed_of("nowhere"), tree.below("nowhere")) == ("F1", "", frozenset())


links = st.lists(st.tuples(st.sampled_from("ABCDEF"), st.sampled_from("ABCDEF")), max_size=12, unique=True).map(
    lambda pairs: [(up, down) for up, down in pairs if up != down]
)


@given(links, st.sets(st.sampled_from("ABCDEF")), st.data())
def test_rings_and_all_a_site_is_cut_off_exactly_when_no_chain_of_working_links_reaches_a_gateway(
    pairs: Pairs, dead: set[str], data: st.DataObject
) -> None:
    net = topology(pairs, gateways="A")
    broken = data.draw(st.sets(st.sampled_from(sorted(net.links)))) if net.links else set()
    for site in "ABCDEF":
        reached = {site}
        for _ in "ABCDEF":
            reached |= {up for up, down in pairs if down in reached and f"{up}{down}" not in broken and up not in dead}
        assert net.connected(site, broken, dead) == ("A" in reached)
        assert all(site in net.above(below) for below in net.below(site))
