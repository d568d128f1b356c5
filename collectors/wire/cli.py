"""`guywire record` and `guywire replay-traps`: a site's traffic kept as a test."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import suppress
from datetime import datetime
from ipaddress import IPv4Network
from pathlib import Path
from typing import IO

import click

from collectors.pipeline import Knowledge
from collectors.places import Equipment, Places, Snapshot, Source
from collectors.profile.classify import Classifier
from collectors.profile.cli import many
from collectors.profile.shelf import Shelf
from collectors.wire.capture import CaptureError, Wanted, as_line, events_of, resend, tapped, write_capture
from collectors.wire.pcap import Packet, PcapError, packets
from guywire.cli_options import option
from guywire.inventory.csv_files import read_inventory
from guywire.model import AlarmEvent
from guywire.settings import load_settings
from guywire.telemetry import configure_logging

_LARGEST_CAPTURE = 1 << 30


class _Network(click.ParamType[IPv4Network]):
    name = "NETWORK"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> IPv4Network:
        try:
            return IPv4Network(value, strict=False)
        except ValueError:
            self.fail(f"{value!r} is not a network such as 10.20.0.0/16 or 10.20.0.7", param, ctx)


class _Address(click.ParamType[Source]):
    name = "IP:PORT"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> Source:
        ip, _, port = value.rpartition(":")
        if not ip or not port.isdigit() or not 0 < int(port) < 65536:
            self.fail(f"{value!r} is not ip:port such as 127.0.0.1:1162", param, ctx)
        return Source(ip, int(port))


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@option("--for", "seconds", type=click.FloatRange(min=0), help="Seconds after which it ends; else with Ctrl-C.")
@option("--count", type=click.IntRange(min=1), help="Datagrams after which it ends.")
@option("--source", "sources", type=_Network(), multiple=True, help="Only from this network; may be given again.")
@option("--data-dir", type=click.Path(path_type=Path), help="The data folder of the running system.")
def record(
    file: Path, seconds: float | None, count: int | None, sources: tuple[IPv4Network, ...], data_dir: Path | None
) -> None:
    """Record what the running collector's trap port receives into FILE, a pcap capture."""
    settings = load_settings()
    to, kept = Source("127.0.0.1", settings.trap_port), 0
    with tapped(data_dir or settings.data_dir) as tap, _new(file) as out:
        click.echo(f"recording into {file}; Ctrl-C ends it", err=True)
        with suppress(KeyboardInterrupt):
            for so_far in write_capture(tap, out, to, Wanted(seconds, count, sources)):
                kept = so_far
    click.echo(f"{file}: {many(kept, 'datagram')}")


@click.command("replay-traps")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@option("--to", type=_Address(), help="Send them there: a collector's trap port.")
@option("--speed", type=click.FloatRange(min=0), default=1.0, show_default=True, help="Times as fast; 0: at once.")
@option("--port", "ports", type=click.IntRange(1, 65535), multiple=True, help="Only what was sent to this port.")
@option("--inventory", type=click.Path(path_type=Path), help="CSV files, for --events: whose address is whose.")
@option("--events", type=click.Path(path_type=Path), help="Write what they say as events for guywire replay.")
@option("--data-dir", type=click.Path(path_type=Path), help="Where profiles of one's own are, for --events.")
def replay_traps(
    file: Path,
    to: Source | None,
    speed: float,
    ports: tuple[int, ...],
    inventory: Path | None,
    events: Path | None,
    data_dir: Path | None,
) -> None:
    """Send the traps of the capture FILE again, or write what they say as events; with neither, say what is in it."""
    configure_logging("replay-traps", "warning")  # what is read from files is no news here, a bad profile is
    found = [packet for packet in _packets(file) if not ports or packet.to.port in ports]
    if to is not None:
        click.echo(f"{many(resend(found, to, speed), 'datagram')} sent to {to.ip}:{to.port}")
        return
    said = list(events_of(found, _knowledge(inventory, data_dir or load_settings().data_dir)))
    if events is not None:
        events.write_bytes(b"".join(as_line(one) + b"\n" for one in said if isinstance(one, AlarmEvent)))
    _tell(found, said)


def _tell(found: list[Packet], said: list[AlarmEvent | str]) -> None:
    senders = {packet.source.ip for packet in found}
    click.echo(f"{many(len(found), 'datagram')} from {many(len(senders), 'sender')}")
    if found:
        click.echo(f"from {_clock(found[0].at)} to {_clock(found[-1].at)}")
    meanings = Counter(f"{one.alarm_type} {one.severity}" if isinstance(one, AlarmEvent) else one for one in said)
    for meaning, times in meanings.most_common():
        click.echo(f"{times:8} {meaning}")


def _packets(file: Path) -> list[Packet]:
    try:
        return list(packets(_read(file)))
    except PcapError as error:
        raise PcapError(f"{file}: {error}") from error


def _knowledge(inventory: Path | None, data_dir: Path) -> Knowledge:
    shelf = Shelf(data_dir / "profiles")
    shelf.reload()
    return Knowledge(Places(_snapshot(inventory), load_settings().realm), Classifier(shelf.profiles().values()))


def _snapshot(folder: Path | None) -> Snapshot:
    if folder is None:
        return Snapshot()
    held = read_inventory(folder)
    equipment = [
        Equipment(row.site_id, row.resource, row.kind, row.address, row.profile, row.realm, row.monitored_by)
        for row in held.resources.values()
    ]
    return Snapshot(0, {site.site_id: site.domain for site in held.sites.values()}, equipment)


def _new(file: Path) -> IO[bytes]:
    """Readable by nobody else: what devices send holds their communities."""
    try:
        return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    except FileExistsError:
        raise CaptureError(f"{file} is there already. Name another file, or move it away.") from None
    except OSError as error:
        raise CaptureError(f"{file}: cannot be written: {error.strerror}.") from error


def _read(file: Path) -> bytes:
    if (size := file.stat().st_size) > _LARGEST_CAPTURE:
        raise CaptureError(f"{file}: {size} bytes are too many at once. Cut it: editcap -c 1000000 IN OUT.")
    return file.read_bytes()


def _clock(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")
