"""The CSV files as one list: which columns each has, how a cell is read, and which records its lines become."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from guywire.inventory.cells import (
    Parse,
    address,
    filled,
    identifier,
    number,
    one_of,
    or_else,
    region,
    shift,
    text,
    time_zone,
    whole,
    words,
    yes_no,
)
from guywire.inventory.model import Contract, Customer, Link, PowerFeed, Resource, Site, Technician
from guywire.model import Severity


@dataclass(frozen=True, slots=True)
class Column:
    """A column is named as the field of the record that it fills. `optional`: the file may do without it."""

    name: str
    parse: Parse
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One file: `kind` is the field of `Inventory` that it fills, `key` the fields that name a record."""

    file: str
    kind: str
    record: Callable[..., Any]
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def known(self) -> frozenset[str]:
        return frozenset(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if not column.optional)


def _link(**values: Any) -> Link:
    """A link without an id is named by its ends, so that the next load finds it again."""
    link_id = values.pop("link_id", "") or "{upstream_site_id}>{downstream_site_id}:{resource}".format(**values)
    return Link(link_id=link_id, **values)


_LATITUDE = number(-90, 90, "31.2304")
_LONGITUDE = number(-180, 180, "121.4737")
_HOURS = or_else(number(0, 1000, "4.5"), 0.0)
_KILO = or_else(number(0, 10_000, "3.2"), None)
_VOLTS = or_else(number(0, 1000, "43.2"), None)
_MINUTES = or_else(whole(1, 1_000_000), None)
_SEVERITIES = tuple(severity.value for severity in Severity if severity is not Severity.CLEARED)

TABLES = (
    Table(
        "power_feeds.csv",
        "power_feeds",
        PowerFeed,
        ("feed_id",),
        (
            Column("feed_id", identifier),
            Column("name", filled),
            Column("region", or_else(region, "")),
            Column("utility_contact", text),
        ),
    ),
    Table(
        "sites.csv",
        "sites",
        Site,
        ("site_id",),
        (
            Column("site_id", identifier),
            Column("name", filled),
            Column("latitude", _LATITUDE),
            Column("longitude", _LONGITUDE),
            Column("region", region),
            Column("site_class", one_of("A", "B", "C")),
            Column("tenants", words),
            Column("battery_hours", _HOURS),
            Column("power_feed", or_else(identifier, "")),
            Column("time_zone", time_zone),
            Column("gateway", yes_no, optional=True),
            Column("access", text, optional=True),
            Column("load_kw", _KILO, optional=True),
        ),
    ),
    Table(
        "equipment.csv",
        "resources",
        Resource,
        ("site_id", "resource"),
        (
            Column("site_id", identifier),
            Column("resource", filled),
            Column("kind", filled),
            Column("address", address),
            Column("profile", text),
            Column("credential", text),
            Column("realm", text, optional=True),
            Column("tenant", text, optional=True),
            Column("monitored_by", text, optional=True),
        ),
    ),
    Table(
        "links.csv",
        "links",
        _link,
        ("link_id",),  # may be absent: _link makes one
        (
            Column("upstream_site_id", identifier),
            Column("downstream_site_id", identifier),
            Column("medium", one_of("fibre", "microwave")),
            Column("resource", text),
            Column("link_id", text, optional=True),
            Column("downstream_resource", text, optional=True),
            Column("capacity", text, optional=True),
        ),
    ),
    Table(
        "technicians.csv",
        "technicians",
        Technician,
        ("technician_id",),
        (
            Column("technician_id", identifier),
            Column("name", filled),
            Column("phone", text),
            Column("region", or_else(region, "")),
            Column("role", one_of("technician", "area_manager")),
            Column("manager_id", or_else(identifier, "")),
            Column("home_latitude", _LATITUDE),
            Column("home_longitude", _LONGITUDE),
            Column("skills", words),
            Column("shift", shift),
            Column("generators", or_else(whole(0, 1000), 0)),
            Column("company", text, optional=True),
            Column("generator_kva", _KILO, optional=True),
            Column("languages", words, optional=True),
        ),
    ),
    Table(
        "customers.csv",
        "customers",
        Customer,
        ("customer_id",),
        (
            Column("customer_id", identifier),
            Column("name", filled),
            Column("phone", text),
            Column("latitude", or_else(_LATITUDE, None)),
            Column("longitude", or_else(_LONGITUDE, None)),
            Column("serving_sites", words),
            Column("vip", yes_no),
            Column("tenant", text, optional=True),
            Column("type", text, optional=True),
            Column("products", words, optional=True),
            Column("manager", text, optional=True),
            Column("address", text, optional=True),
        ),
    ),
    Table(
        "contracts.csv",
        "contracts",
        Contract,
        ("tenant", "region", "severity"),
        (
            Column("tenant", filled),
            Column("region", or_else(region, "")),
            Column("severity", one_of(*_SEVERITIES, "")),
            Column("accept_minutes", _MINUTES),
            Column("arrive_minutes", _MINUTES),
            Column("restore_minutes", _MINUTES),
            Column("calendar", text),
            Column("voltage_low", _VOLTS),
            Column("voltage_high", _VOLTS),
            Column("availability", or_else(number(0, 1, "0.998"), None)),
        ),
    ),
)
"""In the order in which records lean on each other. The design's section 4 fixes the columns."""
