"""What a phone keeps of the page: everything it may load, under a version that any changed byte changes."""

from __future__ import annotations

import json
import re
from posixpath import dirname, normpath

from field_app_api import shell

_IMPORT = re.compile(r"""(?:from|import)\s*\(?["']([./][^"']+\.js)["']""")


def _list(worker: str) -> dict[str, object]:
    told: dict[str, object] = json.loads(worker.partition("self.SHELL = ")[2].partition(";\n")[0])
    return told


def test_every_module_that_is_imported_is_kept() -> None:
    files = shell.shell_files()
    for path, contents in files.items():
        if not path.endswith(".js") or path.startswith("/vendor/"):
            continue
        for wanted in _IMPORT.findall(contents.decode()):
            found = wanted if wanted.startswith("/") else normpath(f"{dirname(path)}/{wanted}")
            assert found in files, f"{path} imports {wanted}"


def test_the_page_names_all_its_modules_at_once() -> None:
    page, _ = shell.page_and_worker()
    assert '<link rel="modulepreload" href="/static/work.js" />' in page
    assert "/static/screens/map_picture.js" not in page
    assert "<!-- modules -->" not in page


def test_the_worker_knows_the_page_and_asks_for_the_map_later() -> None:
    told = _list(shell.page_and_worker()[1])
    first, later = told["first"], told["later"]
    assert isinstance(first, list)
    assert isinstance(later, list)
    assert {"/", "/static/app.js", "/manifest.webmanifest", "/vendor/preact.js"} <= set(first)
    assert {"/vendor/leaflet.js", "/vendor/world.json"} <= set(later)
    assert set(first).isdisjoint(later)
    assert not any(path.startswith("/api/") for path in first + later)


def test_another_byte_is_another_version() -> None:
    script, files = "self;", {"/": b"page", "/static/a.js": b"1"}
    versions = {
        _list(shell.worker(script, files))["version"],
        _list(shell.worker(script, {**files, "/static/a.js": b"2"}))["version"],
        _list(shell.worker(script + " ", files))["version"],
        _list(shell.worker(script, {**files, "/static/b.js": b""}))["version"],
    }
    assert len(versions) == 4
    assert shell.worker(script, files) == shell.worker(script, dict(reversed(files.items())))
