"""The map: all sites in one answer of columns, and what it is drawn on: the user's own tiles, if there are any."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from fastapi.responses import FileResponse, Response

from dashboards.routes.common import GroundViewer, Viewer
from dashboards.site_columns import SiteColumns
from guywire.errors import not_found
from guywire.settings import Settings, SettingsError
from guywire.web import Database
from guywire.web.auth import service_of

router = APIRouter(prefix="/api/v1/map", tags=["map"])

ARCHIVE_ENDING = ".pmtiles"
ARCHIVE_PATH = "/api/v1/map/tiles.pmtiles"

_TEMPLATE = re.compile(r"(?P<origin>https?://[A-Za-z0-9.-]+(:[0-9]+)?)/[^\s;'\"]*")

# the browser may keep the answer, and asks each time whether it still holds
_ASKED_EACH_TIME = {"cache-control": "private, no-cache", "vary": "cookie, authorization"}


@router.get("/sites")
async def map_sites(
    request: Request, user: Viewer, database: Database, if_none_match: Annotated[str | None, Header()] = None
) -> Response:
    """Every site as columns in the order of ids: `ids`, `names`, `latitudes`, `longitudes`, `classes`, `battery_hours`,
    `gateways` (0 or 1); `regions`, `domains`, `time_zones`, `power_feeds` and `tenant_lists` hold what occurs, and
    `region_of` and so on which of it is the site's. `upstreams` and `downstreams` are links, by the sites' places."""
    columns: SiteColumns = request.app.state.site_columns
    made = await columns.of(database, user)
    headers = _ASKED_EACH_TIME | {"etag": made.etag}
    if if_none_match is not None and made.etag in if_none_match:
        return Response(status_code=304, headers=headers)
    return Response(made.zipped, media_type="application/json", headers=headers | {"content-encoding": "gzip"})


@router.get("/ground")
async def map_ground(request: Request, user: GroundViewer) -> dict[str, Any]:
    """What the map is drawn on: `{"tiles": null | {"kind": "url" | "archive", "url", "attribution"}, "datum"}`.

    `datum` is that of the tiles, `wgs84` or `gcj02`; positions everywhere else are WGS-84.
    """
    del user
    settings = service_of(request).settings
    return {"tiles": _tiles(settings), "datum": settings.map_datum}


@router.get("/tiles.pmtiles")
async def map_tiles(request: Request, user: GroundViewer) -> FileResponse:
    """The archive of tiles (PMTiles) in the data folder, by ranges of bytes."""
    del user
    archive = archive_of(service_of(request).settings)
    if archive is None or not archive.is_file():
        raise not_found("tiles", "map_tiles")
    return FileResponse(archive, media_type="application/octet-stream", headers=_ASKED_EACH_TIME)


def archive_of(settings: Settings) -> Path | None:
    """The file that `map_tiles` names, under the data folder where the name is not a whole path."""
    named = settings.map_tiles
    return settings.data_dir / named if named.endswith(ARCHIVE_ENDING) and "://" not in named else None


def origin_of(tiles: str) -> str:
    """The one origin that a page must be let load pictures from: `https://tiles.example.com`; "" for no URL.

    Raises `SettingsError` for a URL that could not be used as one, or would open the policy further than meant.
    """
    if not tiles or (tiles.endswith(ARCHIVE_ENDING) and "://" not in tiles):
        return ""
    if (found := _TEMPLATE.fullmatch(tiles)) and all(part in tiles for part in ("{z}", "{x}", "{y}")):
        return found["origin"]
    raise SettingsError(
        f"map_tiles cannot be {tiles!r}; it wants https://host/.../{{z}}/{{x}}/{{y}}.png or the name of a .pmtiles"
        " file in the data folder."
    )


def _tiles(settings: Settings) -> dict[str, str] | None:
    if not settings.map_tiles:
        return None
    archive = archive_of(settings) is not None
    return {
        "kind": "archive" if archive else "url",
        "url": ARCHIVE_PATH if archive else settings.map_tiles,
        "attribution": settings.map_attribution,
    }
