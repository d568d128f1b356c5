"""Many phones on one field port at once, as when a base station is back: what is refused, and how long they wait.

Real database, real field and dispatch services. Each phone reads its day, each job with its procedures, and its own
track, says where it is, sets off for its first job with a photo, and waits for news. `--busy` processes take the
processors from everybody meanwhile. Machines are shared: what counts is that nothing is refused.

With `--looks N` one phone looks at its day N times instead while nothing happens: as it comes, and asking whether it is
still so, in turns of fifty, for what either costs on the line and on the server.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import statistics
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from prometheus_client.parser import text_string_to_metric_families

from guywire.database import Connection, connect
from guywire.database.migrate import migrate
from guywire.identity import issue_token
from guywire.postgres import embedded
from tests.browser.conftest import Services
from tests.browser.field_world import HERE, TYPES
from tests.browser.network import add_need, add_site, add_technician, add_ticket, add_work_order, insert

PHOTO = b"\xff\xd8\xff\xe0" + bytes(100_000)
PATIENCE_SECONDS = 120
A_TURN = 50
LOOKS_AN_HOUR = {"every 10 s": 360, "every 25 s": 144}
WHOLE, NAMED = "the day as it comes", "whether it is still so"

# As Chromium on a phone asks, which is most of what goes up.
LOOK = """GET /api/v1/me/day HTTP/1.1\r
Host: guywire.example.com\r
Connection: keep-alive\r
sec-ch-ua-platform: "Android"\r
Accept-Language: zh-CN,zh;q=0.9,en;q=0.8\r
Accept: application/json\r
sec-ch-ua: "Chromium";v="140", "Not=A?Brand";v="24", "Google Chrome";v="140"\r
User-Agent: Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile\r
sec-ch-ua-mobile: ?1\r
Sec-Fetch-Site: same-origin\r
Sec-Fetch-Mode: cors\r
Sec-Fetch-Dest: empty\r
Referer: https://guywire.example.com/\r
Accept-Encoding: gzip, deflate, br, zstd\r
Cookie: guywire_session_{port}={token}\r
Pragma: no-cache\r
Cache-Control: no-cache\r
{named}\r
"""


class Line:
    """What the phones' requests came to, and seconds until the answer."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self.statuses: Counter[str] = Counter()
        self.seconds: list[float] = []

    async def ask(self, token: str, method: str, path: str, **more: object) -> None:
        began = time.perf_counter()
        headers = {"Authorization": f"Bearer {token}"}
        if "content" in more:
            headers["Content-Type"] = "image/jpeg"
        answer = await self._client.request(method, f"/api/v1{path}", headers=headers, **more)  # type: ignore[arg-type]
        self.seconds.append(time.perf_counter() - began)
        self.statuses["answered" if answer.is_success else f"{answer.status_code} {answer.json()['reason']}"] += 1


async def looks(count: int, jobs: int) -> None:
    """Has one phone of ten look at a day in which nothing happens, in both ways, and prints what a look costs."""
    octets, cpu = dict.fromkeys((WHOLE, NAMED), 0), dict.fromkeys((WHOLE, NAMED), 0.0)
    async with _field_port(10, jobs) as (url, [token, *_], metrics):
        port, etag = urlsplit(url).port, ""
        line = await asyncio.open_connection("127.0.0.1", port)
        for turn in range(2 * count // A_TURN):
            way, before = (WHOLE, NAMED)[turn % 2], await _cpu_seconds(metrics)
            for _ in range(A_TURN):
                named = f"If-None-Match: {etag}\r\n" if way == NAMED else ""
                taken, etag = await _look(line, LOOK.format(port=port, token=token, named=named))
                octets[way] += taken
            cpu[way] += await _cpu_seconds(metrics) - before
        line[1].close()
    print(f"{jobs} jobs, {count} looks each way")
    for way in octets:
        a_look = octets[way] / count
        hours = ", ".join(f"{a_look * n / 1000:.0f} KB an hour {often}" for often, n in LOOKS_AN_HOUR.items())
        print(f"{way}: {a_look:.0f} bytes a look ({hours}); {cpu[way] / count * 1000:.2f} s of CPU per 1,000 looks")


async def _look(line: tuple[asyncio.StreamReader, asyncio.StreamWriter], request: str) -> tuple[int, str]:
    """The bytes of a request and its answer, but for the line's own; and what the server calls the day."""
    reader, writer = line
    writer.write(request.encode())
    head = await reader.readuntil(b"\r\n\r\n")
    fields = dict(one.lower().split(": ", 1) for one in head.decode().splitlines()[1:-1])
    body = await reader.readexactly(int(fields.get("content-length", 0)))
    return len(request) + len(head) + len(body), fields["etag"].replace("w/", "W/")


async def _cpu_seconds(metrics: str) -> float:
    """What the field service has used so far."""
    async with httpx.AsyncClient(trust_env=False) as client:
        found = text_string_to_metric_families((await client.get(metrics)).text)
    return next(family.samples[0].value for family in found if family.name == "process_cpu_seconds")


async def main(phones: int, jobs: int, busy: int) -> None:
    """Runs all phones at once and prints the figures."""
    async with _field_port(phones, jobs) as (url, tokens, _):
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)  # one that idles is closed under us
        async with httpx.AsyncClient(base_url=url, limits=limits, timeout=PATIENCE_SECONDS) as client:
            line, began = Line(client), time.perf_counter()
            with _busy(busy):
                await asyncio.gather(*(_work(line, number, token, jobs) for number, token in enumerate(tokens)))
            seconds = time.perf_counter() - began
    refused = line.statuses.total() - line.statuses["answered"]
    waits = statistics.quantiles(line.seconds, n=100)
    print(f"{phones} phones, {jobs} jobs each, {busy} busy processes: {len(line.seconds)} requests in {seconds:.1f} s,")
    print(f"refused {refused} {dict(line.statuses)}; waited s: ", end="")
    print(f"median {waits[49]:.2f}  p95 {waits[94]:.2f}  longest {max(line.seconds):.2f}")


async def _work(line: Line, number: int, token: str, jobs: int) -> None:
    orders = [f"W{number}-{job}" for job in range(jobs)]
    await line.ask(token, "GET", "/me/day")
    procedures = [f"/work-orders/{one}/procedures?language=en" for one in orders]
    await asyncio.gather(*(line.ask(token, "GET", one) for one in procedures))  # all at once, as the page does it
    await asyncio.gather(*(line.ask(token, "GET", f"/work-orders/{one}") for one in orders))
    await asyncio.gather(line.ask(token, "GET", "/me/positions"), line.ask(token, "POST", "/me/positions", json=_fix()))
    await line.ask(token, "POST", f"/work-orders/{orders[0]}/transitions", json={"to": "en_route"} | _fix())
    label = {"work_order": orders[0], "kind": "photo", "at": datetime.now(UTC).isoformat()}
    await line.ask(token, "PUT", f"/photos/{uuid.uuid4()}", params=label, content=PHOTO)
    await line.ask(token, "GET", "/me/day?seen=none&wait=2")


def _fix() -> dict[str, object]:
    return {"at": datetime.now(UTC).isoformat(), **HERE}


@asynccontextmanager
async def _field_port(phones: int, jobs: int) -> AsyncIterator[tuple[str, list[str], str]]:
    """The address of a field service on a fresh database, dispatch beside it; each phone's token; and its metrics."""
    with tempfile.TemporaryDirectory() as folder:
        async with embedded(Path(folder) / "postgres", durable=False) as database_url:
            async with await connect(database_url) as connection:
                await migrate(connection, datetime.now(UTC).date())
                tokens = [await _phone(connection, number, jobs) for number in range(phones)]
            with Services(database_url, Path(folder)) as services:
                services.address_of("dispatch")
                yield services.address_of("field_app_api"), tokens, services.metrics_of("field_app_api")


async def _phone(connection: Connection, number: int, jobs: int) -> str:
    """A technician with jobs; returns the account's token."""
    technician = f"T{number}"
    await add_technician(connection, technician)
    here = {**HERE, "position_at": datetime.now(UTC)}
    await insert(connection, "dispatch.technician_state", technician_id=technician, **here)
    await insert(
        connection, "core.account", name=f"t{number}", role="technician", technician_id=technician, password_hash="none"
    )
    for job in range(jobs):
        site, order = f"S{number}-{job}", f"W{number}-{job}"
        await add_site(connection, site, **HERE)
        await add_ticket(connection, f"K{number}-{job}", site)
        await add_need(connection, f"N-{order}", f"K{number}-{job}", site, alarm_type=TYPES[job % len(TYPES)])
        await add_work_order(
            connection, order, f"K{number}-{job}", site, technician, state="accepted", en_route_at=None,
            planned_arrival_at=datetime.now(UTC) + timedelta(hours=1 + job),
        )  # fmt: skip
        await insert(connection, "dispatch.held_need", need_id=f"N-{order}", work_order_id=order)
    return await issue_token(connection, f"t{number}", datetime.now(UTC))


@contextmanager
def _busy(processes: int) -> Iterator[None]:
    """So many processes that do nothing but take time."""
    spinning = [multiprocessing.get_context("spawn").Process(target=_spin, daemon=True) for _ in range(processes)]
    for one in spinning:
        one.start()
    try:
        yield
    finally:
        for one in spinning:
            one.kill()


def _spin() -> None:
    while True:
        pass


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--phones", type=int, default=100)
    parser.add_argument("--jobs", type=int, default=3, help="of each phone")
    parser.add_argument("--busy", type=int, default=0, help="processes that take the processors meanwhile")
    parser.add_argument("--looks", type=int, default=0, help="of one phone at its day, instead of all that; fifties")
    given = parser.parse_args()
    asyncio.run(looks(given.looks, given.jobs) if given.looks else main(given.phones, given.jobs, given.busy))
