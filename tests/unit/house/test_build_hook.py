"""The build hook's pure parts: TopoJSON to GeoJSON, and when the vendor folder is current."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import hatch_build
from tests.unit.house.tree import ROOT

pytestmark = pytest.mark.house


def test_arcs_are_added_up_scaled_and_joined_also_backwards(tmp_path: Path) -> None:
    topology = {
        "type": "Topology",
        "transform": {"scale": [0.1, 0.5], "translate": [10, 20]},
        "arcs": [[[0, 0], [10, 0], [0, 4]], [[0, 0], [0, 4], [10, 0]]],
        "objects": {
            "land": {"type": "GeometryCollection", "geometries": [{"type": "MultiPolygon", "arcs": [[[0, -2]]]}]}
        },
    }
    (tmp_path / "land.json").write_text(json.dumps(topology))
    (feature,) = hatch_build.land(tmp_path / "land.json")["features"]
    square = [(10.0, 20.0), (11.0, 20.0), (11.0, 22.0), (10.0, 22.0), (10.0, 20.0)]
    assert feature["geometry"] == {"type": "MultiPolygon", "coordinates": [[square]]}


def test_points_that_fall_together_are_drawn_once(tmp_path: Path) -> None:
    topology = {
        "transform": {"scale": [0.001, 0.001], "translate": [0, 0]},
        "arcs": [[[0, 0], [1, 1], [9, 9]]],
        "objects": {"land": {"geometries": [{"arcs": [[[0]]]}]}},
    }
    (tmp_path / "land.json").write_text(json.dumps(topology))
    (feature,) = hatch_build.land(tmp_path / "land.json")["features"]
    assert feature["geometry"]["coordinates"] == [[[(0.0, 0.0), (0.01, 0.01)]]]


def test_the_vendor_folder_is_current_only_for_the_lock_it_was_made_from(tmp_path: Path) -> None:
    shutil.copy(ROOT / "package-lock.json", tmp_path)
    assert not hatch_build.is_current(tmp_path)
    stamp = tmp_path / hatch_build.VENDOR / ".stamp"
    stamp.parent.mkdir(parents=True)
    stamp.write_text(hatch_build._stamp(tmp_path))
    assert hatch_build.is_current(tmp_path)
    with (tmp_path / "package-lock.json").open("a") as lock:
        lock.write("\n")
    assert not hatch_build.is_current(tmp_path)
