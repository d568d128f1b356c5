"""The page's own files as a phone keeps them: the service worker with its list and version, and the page itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from fastapi import APIRouter
from starlette.responses import Response

from guywire.web.static_files import SHARED, VENDOR

STATIC = Path(__file__).parent / "static"

MANIFEST = {"/manifest.webmanifest": "manifest.webmanifest"}
"""What makes the page installable, for `create_app`'s pages."""

_LATER = ("/vendor/leaflet.js", "/vendor/world.json", "/static/screens/map_picture.js", "/shared/lib/base_map.js")
_VENDOR = ("preact.js", "leaflet.css", "leaflet.js", "world.json")
_NOT_KEPT = ("index.html", "sw.js", *MANIFEST.values())
_PUBLIC = "public/"  # the pages of customers
_CONSOLE_ONLY = ("live.js", "snapshot.js", "socket.js")
_ASK_EACH_TIME = {"cache-control": "no-cache"}


def router() -> APIRouter:
    """Routes of `/` and `/sw.js`, made from the files as they are now."""
    page, script = page_and_worker()
    routes = APIRouter()
    _add(routes, "/", page, "text/html; charset=utf-8")
    _add(routes, "/sw.js", script, "text/javascript; charset=utf-8")
    return routes


def page_and_worker() -> tuple[str, str]:
    """The page with its modules named, and the service worker that keeps it."""
    files = shell_files()
    page = _page((STATIC / "index.html").read_text("utf-8"), [path for path in files if _is_first_module(path)])
    return page, worker((STATIC / "sw.js").read_text("utf-8"), {"/": page.encode(), **files})


def shell_files() -> dict[str, bytes]:
    """Everything that the page may load from its own server but the API: path to contents."""
    own = {f"/static/{name}": file for name, file in _files_of(STATIC).items() if _is_of_the_app(name)}
    shared = {f"/shared/{name}": file for name, file in _files_of(SHARED).items() if _is_shared(name)}
    vendor = {f"/vendor/{name}": VENDOR / name for name in _VENDOR}
    manifest = {path: STATIC / name for path, name in MANIFEST.items()}
    return {path: file.read_bytes() for path, file in sorted({**own, **shared, **vendor, **manifest}.items())}


def _files_of(folder: Path) -> dict[str, Path]:
    return {file.relative_to(folder).as_posix(): file for file in folder.rglob("*") if file.is_file()}


def _is_of_the_app(name: str) -> bool:
    return name not in _NOT_KEPT and not name.startswith(_PUBLIC)


def _is_shared(name: str) -> bool:
    return not name.startswith("vendor/") and name.rpartition("/")[2] not in _CONSOLE_ONLY


def _is_first_module(path: str) -> bool:
    return path.endswith(".js") and path not in _LATER


def _page(html: str, modules: list[str]) -> str:
    """The page with all its modules named at once: a slow line is asked once, not once a level of imports."""
    links = "\n    ".join(f'<link rel="modulepreload" href="{path}" />' for path in modules)
    return html.replace("<!-- modules -->", links)


def worker(script: str, files: Mapping[str, bytes]) -> str:
    """The service worker after its list; another byte in any file makes another version, hence another worker."""
    digest = hashlib.sha256(script.encode())
    for path, contents in sorted(files.items()):
        digest.update(path.encode() + b"\0" + hashlib.sha256(contents).digest())
    shell = {
        "version": digest.hexdigest()[:16],
        "first": [path for path in sorted(files) if path not in _LATER],
        "later": [path for path in sorted(files) if path in _LATER],
    }
    return f"self.SHELL = {json.dumps(shell)};\n{script}"


def _add(routes: APIRouter, path: str, text: str, media_type: str) -> None:
    async def answer() -> Response:
        return Response(text, media_type=media_type, headers=_ASK_EACH_TIME)

    routes.add_api_route(path, answer, methods=["GET", "HEAD"], include_in_schema=False)
