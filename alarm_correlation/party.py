"""Whose fault an incident seems to be 故障责任方: the first rule of policy.toml that fits its root, and why.

A proposal on the ticket, worked out anew whenever the root changes; a person settles it when the ticket is closed.
"""

from __future__ import annotations

from typing import NamedTuple

from alarm_correlation.records import Incident
from alarm_correlation.state import FEED, State
from alarm_correlation.ticket_policy import PartyRule
from guywire.catalogue import alarm_type
from guywire.inventory.model import Link, PowerFeed, Resource
from guywire.inventory.topology import Topology

TENANT = "tenant"
"""The party of a tenant whose name is known is `tenant:<name>`."""


class Proposal(NamedTuple):
    party: str
    reason: str


class _Root(NamedTuple):
    """What the inventory knows of an incident's root."""

    what: str
    site: str
    resource: str
    record: Resource | None
    link: Link | None
    feed: str | None
    tenant: str


def propose(state: State, incident: Incident, sites: int) -> Proposal:
    """Who seems responsible, and why; `sites` is how many the incident touches."""
    topology = state.rules.topology
    root = _root(topology, incident)
    rule = next(rule for rule in state.rules.policy.party if _fits(rule, root, incident.root_alarm_type))
    party = f"{TENANT}:{root.tenant}" if rule.party == TENANT and root.tenant else rule.party
    return Proposal(party, _reason(rule, root, topology.feeds.get(root.feed or ""), sites))


def _root(topology: Topology, incident: Incident) -> _Root:
    key, resource = incident.root_site_id, incident.root_resource
    site = topology.site(key)
    record = topology.resource(key, resource)
    only = site.tenants[0] if site is not None and len(site.tenants) == 1 else ""
    return _Root(
        what=alarm_type(incident.root_alarm_type).en,
        site=site.name if site is not None else key,
        resource=resource,
        record=record,
        link=next(iter(topology.links_at(key, resource)), None),
        feed=resource.removeprefix(FEED) if resource.startswith(FEED) else None,
        tenant=(record.tenant if record is not None else "") or only,
    )


def _fits(rule: PartyRule, root: _Root, type_id: str) -> bool:
    return (
        (not rule.types or type_id in rule.types)
        and _is_of(rule.of, root)
        and (not rule.kinds or (root.record is not None and root.record.kind in rule.kinds))
        and (not rule.media or (root.link is not None and root.link.medium in rule.media))
    )


def _is_of(what: str, root: _Root) -> bool:
    match what:
        case "feed":
            return root.feed is not None
        case "tenant":
            return root.record is not None and bool(root.record.tenant)
        case "link":
            return root.link is not None
    return True


def _reason(rule: PartyRule, root: _Root, feed: PowerFeed | None, sites: int) -> str:
    return rule.reason.format(
        what=root.what,
        site=root.site,
        resource=root.resource,
        tenant=root.tenant or "a tenant",
        feed=feed.name if feed is not None else root.resource,
        sites=sites,
        contact=feed.utility_contact if feed is not None and feed.utility_contact else "the utility",
        medium=root.link.medium if root.link is not None else "link",
    )
