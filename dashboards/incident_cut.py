"""An incident as far as it lies in the reader's region: the sites that it takes elsewhere are counted, not named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, LiteralString

from guywire.model import is_below

_HERE: LiteralString = "(o.one ->> 'region' = %s OR starts_with(o.one ->> 'region', %s))"
_OUTAGES: LiteralString = "jsonb_array_elements(v.outages) WITH ORDINALITY o (one, place)"
COLUMNS: Mapping[str, LiteralString] = {
    "outages": f"(SELECT coalesce(jsonb_agg(o.one ORDER BY o.place), '[]') FROM {_OUTAGES} WHERE {_HERE})",  # noqa: S608
    "elsewhere": f"(SELECT count(*) FROM {_OUTAGES} WHERE {_HERE} IS NOT TRUE)",  # noqa: S608 - made of constants
}
"""What is another in a row `v` of views.incident, or comes to it, as SQL that takes what `values_of` gives."""

BODY: LiteralString = (
    f"to_jsonb(v) || jsonb_build_object('outages', {COLUMNS['outages']}, 'elsewhere', {COLUMNS['elsewhere']})"
)
"""The whole row as JSON."""


def values_of(region: str) -> list[object]:
    return [region, f"{region}/"] * len(COLUMNS)


def cut(incident: Mapping[str, Any], region: str) -> dict[str, Any]:
    """The same of an incident that is JSON already."""
    outages = incident["outages"]
    here = [one for one in outages if one["region"] is not None and is_below(one["region"], region)]
    return {**incident, "outages": here, "elsewhere": len(outages) - len(here)}
