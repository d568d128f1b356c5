"""Figures that several reports share: how long something took, and how much of it went well."""

from __future__ import annotations

from dashboards.reports.model import Column, Kind, Words

_VALUES = "round((percentile_cont({share}) WITHIN GROUP (ORDER BY value))::numeric, 1)::float8"

COUNTED = Column("n", Kind.COUNT, Words("样本数", "Counted"), "count(value)")
MEAN = Column("mean", Kind.MINUTES, Words("平均", "Mean"), "round(avg(value)::numeric, 1)::float8")
MEDIAN = Column("median", Kind.MINUTES, Words("中位数", "Median"), _VALUES.format(share="0.5"))
P90 = Column("p90", Kind.MINUTES, Words("九成不超过", "90 % within"), _VALUES.format(share="0.9"))


def spread(missing: Words) -> tuple[Column, ...]:
    """Mean, median and p90 in minutes, of how many, and how many have none yet (`missing` names those)."""
    return (MEAN, MEDIAN, P90, COUNTED, Column("missing", Kind.COUNT, missing, "count(*) - count(value)"))


def share(words: Words, of_which: Words) -> tuple[Column, ...]:
    """How many of the facts are `ok`, in per cent, and of how many."""
    return (
        Column("share", Kind.PERCENT, words, "round(100.0 * avg(ok::int), 1)::float8"),
        Column("hits", Kind.COUNT, of_which, "count(*) FILTER (WHERE ok)"),
        COUNTED._replace(sql="count(ok)"),
    )
