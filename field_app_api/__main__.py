"""The field service: `python -m field_app_api` serves the field API and its page on the field port."""

from __future__ import annotations

import asyncio
from pathlib import Path

from fastapi import FastAPI

from field_app_api.news import CHANNELS, News
from field_app_api.routes import router
from guywire import inbox
from guywire.service import Service, run_service
from guywire.web import create_app, serve

STATIC = Path(__file__).parent / "static"


def field_app(service: Service, news: News) -> FastAPI:
    """The face as an application: the page at `/`, the API beside it."""
    app = create_app(service, "Guywire field", routers=[router], static=STATIC, pages={"/": "index.html"})
    app.state.news = news
    return app


async def run(service: Service) -> None:
    """Serves until told to stop, with one reader of the feeds for all phones."""
    news = News(service.pool, service.wakeups)
    await news.start()
    service.health.add("news", news.check)
    async with asyncio.TaskGroup() as tasks:
        reading = tasks.create_task(news.run())
        tasks.create_task(_end_with(service.stop, news))
        await serve(service, field_app(service, news), service.settings.field_port)
        reading.cancel()


async def _end_with(stop: asyncio.Event, news: News) -> None:
    """A phone that waits for news would hold the server's end up."""
    await stop.wait()
    news.end()


if __name__ == "__main__":
    run_service("field_app_api", run, [inbox.ANSWERED, *CHANNELS])
