"""What a command came to, and what applies one: here, so that the parts and their list may both name it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from dispatch.board import Board


class Said(NamedTuple):
    """What a command came to: an object of the view and topic of that name."""

    topic: str
    id: str


Handler = Callable[[Board, Any, str], Said]
"""Applies one command of an actor to the board. Raises `Refused`; then nothing has changed."""
