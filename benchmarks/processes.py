"""Many runs of one benchmark, side by side in processes of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

_Job = TypeVar("_Job")
_Outcome = TypeVar("_Outcome")


def run_all(run: Callable[[_Job], _Outcome], jobs: Sequence[_Job], processes: int) -> Iterator[_Outcome]:
    """The outcomes in the order of the jobs, as they are ready; `run` is a function of a module."""
    if processes <= 1:
        yield from map(run, jobs)
        return
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        yield from pool.map(run, jobs)
