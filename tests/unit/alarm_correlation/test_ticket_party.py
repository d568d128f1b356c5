"""Whose fault it seems to be, in words; a proposal that follows the root, and that a person settles at closing."""

from __future__ import annotations

from dataclasses import replace

from alarm_correlation.causes import shipped_causes
from alarm_correlation.engine import new_state
from alarm_correlation.facts import Rules
from alarm_correlation.policy import shipped_policy
from guywire.commands import CorrectRoot, MoveTicket
from guywire.inventory.csv_files import read_inventory
from guywire.inventory.model import Resource
from guywire.inventory.topology import Topology
from guywire.model import Severity
from tests.unit.alarm_correlation.correlator_desk import INVENTORY, START, Desk

RESOURCES = (
    Resource("S3", "bts-9", "base-station", tenant="Huayun"),
    Resource("S1", "bts-1", "base-station"),
    Resource("G1", "fibre-h1", "switch-port"),
)


def desk() -> Desk:
    new = Desk()
    inventory = replace(read_inventory(INVENTORY), resources={(one.site_id, one.resource): one for one in RESOURCES})
    new.state = new_state(Rules(Topology(inventory), shipped_causes(), shipped_policy()), START)
    return new


def proposed(on: Desk) -> tuple[str, str]:
    return on.ticket.proposed_party, on.ticket.proposed_party_reason


def test_a_feed_is_the_power_companys_and_its_contact_is_named() -> None:
    on = desk()
    for place, site in enumerate(("H1", "S1", "S2")):
        on.hear(place, site, "mains-failure")
    on.tick(20)
    assert proposed(on) == ("power_company", "Feeder 10 kV North failed; sites seen on it: 3; to be asked: 021-0001")
    on.hear(30, "S4", "mains-failure")
    assert proposed(on)[1].startswith("Feeder 10 kV North failed; sites seen on it: 4;")


def test_a_feed_that_reports_itself_is_the_power_companys_too() -> None:
    on = desk()
    on.hear(0, "", "mains-failure", resource="feed:F2")
    on.hear(5, "S3", "mains-failure")
    on.tick(30)
    assert proposed(on) == ("power_company", "Feeder 10 kV South failed; sites seen on it: 1; to be asked: 021-0002")


def test_a_single_site_without_mains_looks_at_its_own_breaker_until_its_feed_turns_out_to_be_the_cause() -> None:
    on = desk()
    on.hear(0, "S1", "mains-failure")
    on.tick(15)
    assert proposed(on) == ("own", "only Leaf One is without mains, not its feed: our own breaker first")
    on.hear(20, "S2", "mains-failure")
    on.hear(21, "S4", "mains-failure")
    assert proposed(on)[0] == "power_company"


def test_a_tenants_equipment_is_the_tenants_by_name() -> None:
    on = desk()
    on.hear(0, "S3", "high-temperature", resource="bts-9")
    assert proposed(on) == ("tenant:Huayun", "bts-9 at Leaf Three belongs to Huayun")


def test_a_station_that_nothing_of_ours_explains_is_the_only_tenants_or_some_tenants() -> None:
    on = desk()
    on.hear(0, "S1", "base-station-down", Severity.CRITICAL, resource="bts-1")
    words = "nothing of ours at Leaf One explains Base station down: the tenant's own equipment"
    assert proposed(on) == ("tenant:t1", words)
    on = desk()
    on.hear(0, "H1", "base-station-down", Severity.CRITICAL, resource="bts-1")
    assert proposed(on)[0] == "tenant", "which of two nobody knows"


def test_a_fibre_is_its_providers_and_a_radio_is_ours() -> None:
    on = desk()
    on.hear(0, "G1", "link-down", resource="fibre-h1")
    assert proposed(on) == ("transmission_provider", "fibre-h1 at Core West ends a fibre, which is leased")
    on = desk()
    on.hear(0, "H1", "link-down", resource="mw-s1")
    assert proposed(on) == ("own", "mw-s1 at Hub North is ours")


def test_it_follows_a_corrected_root_until_somebody_settled_it() -> None:
    on = desk()
    on.hear(0, "S1", "dc-fuse-blown")
    on.hear(60, "S1", "base-station-down", Severity.CRITICAL, resource="bts-1")
    (incident,) = on.state.members
    on.ask(70, CorrectRoot(incident=incident, alarm="A2"))
    assert proposed(on)[0] == "tenant:t1"
    on.clear(80, "S1", "dc-fuse-blown")
    on.clear(81, "S1", "base-station-down", resource="bts-1")
    on.ask(90, CorrectRoot(incident=incident, alarm="A1"))
    assert (on.ticket.state, on.ticket.proposed_party) == ("resolved", "own")
    said = {"cause": "fuse F3 blown by a surge", "result": "replaced fuse F3", "responsible_party": "own"}
    on.ask(100, MoveTicket(ticket="T1", to="closed", **said))  # type: ignore[arg-type]
    on.ask(110, CorrectRoot(incident=incident, alarm="A2"))
    assert (on.ticket.responsible_party, on.ticket.proposed_party) == ("own", "own")
