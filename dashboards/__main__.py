"""`python -m dashboards`: reads the change feeds for all its pages at once, and serves them on the console port."""

from __future__ import annotations

import asyncio

from dashboards.app import create
from dashboards.centre import upkeep
from dashboards.centre.policy import policy_file
from dashboards.centre.presence import keep_presence
from dashboards.live.hub import CHANNELS, Hub
from dashboards.reports.voltage import keep_voltage
from guywire import inbox
from guywire.database import open_pool
from guywire.forgetting import keep_forgetting
from guywire.service import Service, run_service
from guywire.web import serve


async def main(service: Service) -> None:
    async with await open_pool(service.settings.database_url, 1) as own:  # the live feed waits behind no page's request
        await _serve_with(service, Hub(own, service.wakeups))


async def _serve_with(service: Service, hub: Hub) -> None:
    await hub.start()
    service.health.add("live_feed", hub.check)
    policy = policy_file(service.settings.data_dir)
    async with asyncio.TaskGroup() as tasks:
        reading = tasks.create_task(hub.run())
        rolling_up = tasks.create_task(keep_voltage(service.pool))
        noting = tasks.create_task(keep_presence(service.pool, hub, lambda: policy.current().alarm_load))
        tidying = tasks.create_task(keep_forgetting(service.pool, upkeep.tidy))
        tasks.create_task(upkeep.keep_claims(service))  # ends with the stop
        await serve(service, create(service, hub), service.settings.console_port)
        reading.cancel()
        tidying.cancel()
        rolling_up.cancel()
        noting.cancel()


if __name__ == "__main__":
    run_service("dashboards", main, [inbox.ANSWERED, *CHANNELS])
