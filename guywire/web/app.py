"""Puts a face together: routes, pages, shared files, truthful health, and what every request passes through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import FileResponse, JSONResponse
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute, Mount

import guywire
from guywire.service import Service
from guywire.web import auth, errors
from guywire.web.middleware import BodyLimit, RequestLog, SecurityHeaders
from guywire.web.static_files import SHARED, VENDOR, Files
from guywire.web.throttle import Throttle

BODY_LIMIT = 1_000_000
_WORTH_ZIPPING = 2_000


def create_app(
    service: Service,
    title: str,
    *,
    routers: Sequence[APIRouter],
    static: Path,
    pages: Mapping[str, str],
    larger_bodies: Mapping[str, int] | None = None,
    pictures_from: str = "",
) -> FastAPI:
    """A face as an ASGI application.

    `pages` maps a path to a file of `static` (`{"/": "console.html"}`; a service worker at the root goes here too);
    all of `static` stands under /static/. `larger_bodies` maps a path prefix to its own limit in bytes.
    Pages may show pictures of the origin `pictures_from` (`https://tiles.example.com`) too.
    """
    app = FastAPI(
        title=title,
        version=guywire.__version__,
        docs_url=None,  # they load scripts from elsewhere, which the content security policy forbids
        redoc_url=None,
        routes=_routes(static, routers),
        middleware=[
            Middleware(RequestLog),
            Middleware(SecurityHeaders, pictures_from=pictures_from),
            Middleware(GZipMiddleware, minimum_size=_WORTH_ZIPPING, compresslevel=5),
            Middleware(BodyLimit, limit=BODY_LIMIT, larger=larger_bodies or {}),
        ],
    )
    app.state.service = service
    app.state.throttle = Throttle()
    errors.install(app)
    for path, name in pages.items():
        _add_page(app, path, static / name)
    return app


def _routes(static: Path, routers: Sequence[APIRouter]) -> list[BaseRoute]:
    """Files first: a page wants a hundred, and each would be compared with every other route before them.

    Then routes as they stand in their routers: to include those would make each once more, at the first request.
    """
    return [
        Mount("/static", Files(directory=static)),
        Mount("/shared", Files(directory=SHARED)),
        Mount("/vendor", Files(directory=VENDOR, check_dir=False)),
        *(route for router in (_health, auth.router, *routers) for route in router.routes),
    ]


_health = APIRouter()


@_health.get("/health", responses={503: {"description": "a check failed"}})
async def health(request: Request) -> JSONResponse:
    """Whether this face can do its work now: `{"status", "checks": {name: sentence}}`."""
    well, checks = await auth.service_of(request).health.report()
    return JSONResponse({"status": "ok" if well else "unhealthy", "checks": checks}, 200 if well else 503)


def _add_page(app: FastAPI, path: str, file: Path) -> None:
    async def page() -> FileResponse:
        return FileResponse(file, headers={"cache-control": "no-cache"})

    app.add_api_route(path, page, methods=["GET", "HEAD"], include_in_schema=False)
