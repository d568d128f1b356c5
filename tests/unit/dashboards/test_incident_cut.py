"""An incident that is cut to a region loses no site: each is shown in its own region or counted."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dashboards.incident_cut import cut

REGIONS = ["p/c/a", "p/c/ab", "p/c", "p/d", "q", None]


@given(st.lists(st.sampled_from(REGIONS)), st.sampled_from(["p", "p/c", "p/c/a", "q/x"]))
def test_every_site_is_named_in_its_region_or_counted(regions: list[str | None], own: str) -> None:
    outages = [{"site": f"S{place}", "region": region} for place, region in enumerate(regions)]
    part = cut({"id": "I1", "outages": outages}, own)
    named = [one["region"] for one in part["outages"]]
    assert named == [region for region in regions if region and (region == own or region.startswith(f"{own}/"))]
    assert part["elsewhere"] == len(regions) - len(named)
    assert part["id"] == "I1"
