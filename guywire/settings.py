"""What a process is told at its start: GUYWIRE_<NAME> in the environment, over guywire.toml, over the defaults here.

The supervisor hands its own settings down to every service through the environment, so one process and nine read alike.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, get_type_hints

from guywire.errors import GuywireError

SERVICES = ("collectors", "alarm_correlation", "dispatch", "complaints", "field_app_api", "dashboards")
"""In the order in which they start; the offset of a service's metrics port is its place here."""


class Datum(StrEnum):
    """In which coordinates a map's tiles are drawn."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"


class SettingsError(GuywireError):
    """A setting that cannot be used; says which and where it came from."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting, with its default. Ports are TCP but for `trap_port`, which is UDP."""

    data_dir: Path = Path("guywire-data")
    database_url: str = ""
    host: str = "127.0.0.1"
    console_port: int = 8080
    field_port: int = 8081
    trap_host: str = "0.0.0.0"  # noqa: S104 - devices send from everywhere; the faces stay on `host`
    trap_port: int = 1162
    workers: int = 1  # processes that take traps; 1: the collector's own does
    metrics_port: int = 9460
    stream_url: str = "tcp://127.0.0.1:9470"
    stream_keys: str = ""  # folder of the stream's keys (guywire/stream/security.py); needed when it leaves the machine
    collector: str = "local"
    realm: str = ""  # which of several overlapping address ranges this collector listens in
    shadow: bool = False
    public_url: str = ""  # where customers reach the field port, such as https://help.example.com
    map_tiles: str = ""  # what maps are drawn on: a URL with {z}, {x}, {y}, or a file.pmtiles of the data folder
    map_attribution: str = ""  # what the tiles' licence wants to be said on the map
    map_datum: Datum = Datum.WGS84  # of the tiles: Amap and Tencent have gcj02
    trusted_proxies: str = ""  # addresses, by comma, whose X-Forwarded-Proto and -For the faces believe
    log_level: str = "info"

    @property
    def spool_dir(self) -> Path:
        return self.data_dir / "spool"

    @property
    def stream_keys_dir(self) -> Path | None:
        return Path(self.stream_keys) if self.stream_keys else None

    def metrics_port_of(self, service: str) -> int:
        return self.metrics_port + SERVICES.index(service)

    def environment(self) -> dict[str, str]:
        """These settings as the environment of a child process."""
        return {f"GUYWIRE_{field.name.upper()}": _as_text(getattr(self, field.name)) for field in fields(self)}


def load_settings(environ: Mapping[str, str] | None = None, file: Path | None = None) -> Settings:
    """Settings from the environment over the file (`guywire.toml` in the working directory) over the defaults."""
    environ = os.environ if environ is None else environ
    path = file or Path(environ.get("GUYWIRE_CONFIG", "guywire.toml"))
    given: dict[str, Any] = dict(_from_file(path))
    known = get_type_hints(Settings)
    for name in known:
        if (value := environ.get(f"GUYWIRE_{name.upper()}")) is not None:
            given[name] = _parse(name, value, known[name], f"GUYWIRE_{name.upper()}")
    return replace(Settings(), **given)


def _from_file(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError) as error:  # not UTF-8, no TOML, a number of 5,000 digits, brackets 1,000 deep
        raise SettingsError(f"{path}: not TOML: {error}. Mend the file or move it away.") from error
    known = get_type_hints(Settings)
    out = {}
    for key, value in table.items():
        name = key.replace("-", "_")
        if name not in known:
            raise SettingsError(f"{path}: unknown setting {key!r}. Known are: {', '.join(sorted(known))}.")
        out[name] = _parse(name, _as_text(value), known[name], str(path))
    return out


def _parse(name: str, value: str, kind: type, where: str) -> Any:
    try:
        if kind is bool:
            return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False, "": False}[
                value.lower()
            ]
        return kind(value)
    except (KeyError, ValueError):
        wanted = " or ".join(kind) if issubclass(kind, StrEnum) else kind.__name__
        raise SettingsError(f"{where}: {name} cannot be {value!r}; it wants {wanted}.") from None


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
