"""The field service: `python -m field_app_api` serves the field API and its page on the field port."""

from __future__ import annotations

import asyncio

from fastapi import FastAPI

from field_app_api.api import LARGER_BODIES, ROUTERS, equip
from field_app_api.news import CHANNELS, News
from field_app_api.photos import PhotosKept
from field_app_api.shell import MANIFEST, STATIC
from field_app_api.shell import router as shell_router
from guywire import inbox
from guywire.database import open_pool
from guywire.forgetting import keep_forgetting
from guywire.service import Service, run_service
from guywire.web import create_app, serve

PATIENCE_SECONDS = 12.0
"""A phone gives a request up after 15 s (`TIMEOUT_MS` of the shared api.js); until then it had rather wait."""


def field_app(service: Service, news: News) -> FastAPI:
    """The face as an application: the page at `/`, its service worker at `/sw.js`, the API beside them."""
    app = create_app(
        service,
        "Guywire field",
        routers=[*ROUTERS, shell_router()],
        static=STATIC,
        pages=MANIFEST,
        larger_bodies=LARGER_BODIES,
    )
    equip(app, service, news)
    return app


async def run(service: Service) -> None:
    """Serves until told to stop, with one reader of the feeds for all phones."""
    async with await open_pool(service.settings.database_url, 1) as own:  # news wait behind no phone's request
        await _serve_with(service, News(own, service.wakeups))


async def _serve_with(service: Service, news: News) -> None:
    await news.start()
    service.health.add("news", news.check)
    async with asyncio.TaskGroup() as tasks:
        beside = [
            tasks.create_task(news.run()),
            tasks.create_task(keep_forgetting(service.pool, PhotosKept(service.settings.data_dir).forget)),
        ]
        tasks.create_task(_end_with(service.stop, news))
        await serve(service, field_app(service, news), service.settings.field_port)
        for task in beside:
            task.cancel()


async def _end_with(stop: asyncio.Event, news: News) -> None:
    """A phone that waits for news would hold the server's end up."""
    await stop.wait()
    news.end()


if __name__ == "__main__":
    run_service("field_app_api", run, [inbox.ANSWERED, *CHANNELS], patience=PATIENCE_SECONDS)
