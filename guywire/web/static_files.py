"""A face's files, with types that browsers accept and an ETag asked for each time, so that updates arrive at once."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Any

from starlette.responses import Response
from starlette.staticfiles import StaticFiles

SHARED = Path(__file__).parent / "static"
VENDOR = SHARED / "vendor"

# The machine's own table decides otherwise, and some say text/plain: a module of that type does not run under nosniff.
for _type, _ending in (
    ("text/javascript", ".js"),
    ("text/css", ".css"),
    ("application/json", ".json"),
    ("application/manifest+json", ".webmanifest"),
    ("image/svg+xml", ".svg"),
    ("font/woff2", ".woff2"),
):
    mimetypes.add_type(_type, _ending)


class Files(StaticFiles):
    """Files of one folder; `no-cache` means "ask whether it changed", which costs a 304."""

    def file_response(self, *arguments: Any, **named: Any) -> Response:
        response = super().file_response(*arguments, **named)
        response.headers["cache-control"] = "no-cache"
        return response
