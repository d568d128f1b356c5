"""What stands where and who may go there: the inventory as immutable records, read by every package."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from guywire.model import domain_of


@dataclass(frozen=True, slots=True)
class Site:
    """A tower site 站址. `region` is province/city/area, `site_class` A (hub or VIP), B or C."""

    site_id: str
    name: str
    latitude: float
    longitude: float
    region: str
    site_class: str
    tenants: tuple[str, ...] = ()
    battery_hours: float = 0.0
    power_feed: str = ""
    time_zone: str = "UTC"
    gateway: bool = False
    access: str = ""
    load_kw: float | None = None

    @property
    def domain(self) -> str:
        return domain_of(self.region)


@dataclass(frozen=True, slots=True)
class Resource:
    """A managed thing 设备 at a site. `address` is ip or ip:port; with `realm` it is the key of a sender."""

    site_id: str
    resource: str
    kind: str
    address: str = ""
    profile: str = ""
    credential: str = ""
    realm: str = ""
    tenant: str = ""
    monitored_by: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A transmission link; `resource` is its end at the upstream site, `downstream_resource` at the other."""

    link_id: str
    upstream_site_id: str
    downstream_site_id: str
    medium: str
    resource: str
    downstream_resource: str = ""
    capacity: str = ""


@dataclass(frozen=True, slots=True)
class PowerFeed:
    feed_id: str
    name: str
    region: str = ""
    utility_contact: str = ""


@dataclass(frozen=True, slots=True)
class Technician:
    """Who can go: `shift` as the CSV writes it (`08:00-20:00`, `Mon-Fri 08:00-18:00`), in the region's zone."""

    technician_id: str
    name: str
    phone: str
    region: str
    role: str
    manager_id: str
    home_latitude: float
    home_longitude: float
    skills: tuple[str, ...] = ()
    shift: str = ""
    generators: int = 0
    company: str = ""
    generator_kva: float | None = None
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Customer:
    customer_id: str
    name: str
    phone: str
    latitude: float | None
    longitude: float | None
    serving_sites: tuple[str, ...] = ()
    vip: bool = False
    tenant: str = ""
    type: str = ""
    products: tuple[str, ...] = ()
    manager: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Contract:
    """SLA terms of a tenant in a region for a severity; minutes, volts DC, and a share of the month."""

    tenant: str
    region: str
    severity: str
    accept_minutes: int | None = None
    arrive_minutes: int | None = None
    restore_minutes: int | None = None
    calendar: str = ""
    voltage_low: float | None = None
    voltage_high: float | None = None
    availability: float | None = None


@dataclass(frozen=True, slots=True)
class Inventory:
    """The whole inventory, keyed by id. `version` grows with each load, so that a holder knows when to read anew.

    `served` is how many customers each site is the first to serve, where `customers` themselves were not read.
    """

    sites: Mapping[str, Site] = field(default_factory=dict)
    resources: Mapping[tuple[str, str], Resource] = field(default_factory=dict)
    links: Mapping[str, Link] = field(default_factory=dict)
    technicians: Mapping[str, Technician] = field(default_factory=dict)
    customers: Mapping[str, Customer] = field(default_factory=dict)
    power_feeds: Mapping[str, PowerFeed] = field(default_factory=dict)
    contracts: tuple[Contract, ...] = ()
    served: Mapping[str, int] = field(default_factory=dict)
    version: int = 0
