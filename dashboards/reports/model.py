"""What a report is: its figures with how they are counted, and what was asked of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple


class Words(NamedTuple):
    zh: str
    en: str


class Kind(StrEnum):
    """How a value is written."""

    COUNT = "count"
    MINUTES = "minutes"
    PERCENT = "percent"
    NUMBER = "number"
    VOLTS = "volts"
    TEXT = "text"
    ALARM_TYPE = "alarm_type"
    YES_NO = "yes_no"


class Column(NamedTuple):
    """One figure. `sql` makes it of the facts of a group; empty where the report has rows of its own."""

    id: str
    kind: Kind
    words: Words
    sql: str = ""


class Limit(NamedTuple):
    """A line in the trend of a column: what is right, or the most that is."""

    column: str
    value: float
    words: Words


class By(StrEnum):
    """What figures are grouped by; each is a column of the facts."""

    TENANT = "tenant"
    AREA = "area"
    CITY = "city"
    COMPANY = "company"
    TECHNICIAN = "technician"
    OPERATOR = "operator"
    ALARM_TYPE = "alarm_type"
    SITE_CLASS = "site_class"
    SITE = "site"
    CHANNEL = "channel"
    CATEGORY = "category"

    @property
    def name_column(self) -> str:
        """The column that names a group for people."""
        return f"{self}_name" if self in (By.TECHNICIAN, By.SITE) else str(self)


@dataclass(frozen=True, slots=True)
class Report:
    """`figure` is the column that stands big; `by` the groupings, the usual one first.

    `facts` is true where what was counted can be listed one by one (sql/<id>.sql), `rows` where the figures are made by
    a query of their own (sql/<id>_rows.sql). `of_tenants`: it can be asked of one tenant alone. `limits` are drawn in
    the trend; a column with limits has a trend of its own.
    """

    id: str
    title: Words
    counted: Words
    columns: tuple[Column, ...]
    figure: str
    by: tuple[By, ...]
    less_is_better: bool = True
    facts: bool = True
    rows: bool = False
    of_tenants: bool = False
    limits: tuple[Limit, ...] = ()


class Asked(NamedTuple):
    """A period, a region path ("" is everywhere), a grouping, the zone of days and months, a tenant ("" is all)."""

    since: datetime
    until: datetime
    region: str
    by: By
    zone: str
    tenant: str = ""

    @property
    def unit(self) -> str:
        """By what the trend is cut: days up to ten weeks, then months."""
        return "day" if self.until - self.since <= timedelta(weeks=10) else "month"
