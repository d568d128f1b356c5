"""The console's own modules, asked in a page that holds nothing else: what a screen reckons, without the screen."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Page


class Modules:
    """Scripts that run among the modules of state/; `make` is what each of them finds made."""

    def __init__(self, page: Page, make: str) -> None:
        self._page = page
        self._make = make

    async def ask(self, module: str, names: str, script: str) -> Any:
        """What the script returns, with `names` imported from the module."""
        return await self._page.evaluate(
            f'async () => {{ const {{{names}}} = await import("/static/state/{module}.js"); {self._make} {script} }}'
        )
