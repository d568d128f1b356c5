"""What a piece of work costs whatever the machine is busy with: counted, not timed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


def steps(does: Callable[[], None]) -> int:
    """How many instructions of the interpreter it takes, in whatever Python function."""
    counted = 0

    def trace(frame: FrameType, what: str, _: Any) -> Any:
        nonlocal counted
        counted += what == "opcode"
        frame.f_trace_opcodes = True
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        does()
    finally:
        sys.settrace(before)
    return counted
