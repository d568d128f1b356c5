"""Stretches without Python's garbage collector: where a correlator is filled with what is in no circle anyway."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_garbage_collection() -> Iterator[None]:
    """The collector would look at millions of things again and again as they become more, and find nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def kept_for_good() -> Iterator[None]:
    """What is there at the end is passed over from then on: to look at all of it takes the better part of a second.

    First goes what lies about in circles: an exception, say, with the whole memory that it broke.
    """
    gc.unfreeze()
    gc.collect()
    yield
    gc.freeze()
