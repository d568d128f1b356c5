"""Asks a running service how it is: `python -m guywire.health SERVICE`, for containers and scripts; 0 well, 1 not."""

from __future__ import annotations

import json
import sys
import urllib.error
import urllib.request
from http.client import HTTPException

from guywire.settings import SERVICES, Settings, load_settings

_SECONDS = 4.0
_DIRECTLY = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # the environment's proxy is not for us


def ask(settings: Settings, service: str) -> tuple[bool, str]:
    """Whether the service on this machine says that it is well, and its words (JSON) or why there are none."""
    url = f"http://127.0.0.1:{settings.metrics_port_of(service)}/health"
    try:
        return _answer(url)
    except (OSError, HTTPException) as error:
        return False, f"{service} does not answer on {url}: {error}"


def _answer(url: str) -> tuple[bool, str]:
    try:
        with _DIRECTLY.open(url, timeout=_SECONDS) as reply:
            return True, reply.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as refused:
        with refused:  # its words are still to come over the line, which may break
            return False, refused.read().decode("utf-8", "replace")


def ailments(said: str) -> str:
    """The words of an unwell service for a person: the checks that failed, or the words as they are."""
    try:
        checks: dict[str, str] = json.loads(said)["checks"]
        return "; ".join(f"{check}: {words}" for check, words in checks.items() if words != "ok")
    except (ValueError, KeyError, AttributeError, TypeError):
        return said


def main(arguments: list[str]) -> int:
    """The exit code; what was heard goes to stdout when well, to stderr when not."""
    if len(arguments) != 1 or arguments[0] not in SERVICES:
        sys.stderr.write(f"usage: python -m guywire.health {{{'|'.join(SERVICES)}}}\n")
        return 2
    well, said = ask(load_settings(), arguments[0])
    (sys.stdout if well else sys.stderr).write(said + "\n")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
