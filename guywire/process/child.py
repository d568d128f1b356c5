"""One child process: started in its own session so that Ctrl-C is ours to handle, and gone when we are gone."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from guywire.process.account import Account, as_account

Child = asyncio.subprocess.Process

_PR_SET_PDEATHSIG = 1
_prctl = ctypes.CDLL(None, use_errno=True).prctl if sys.platform == "linux" else None


async def spawn(
    argv: Sequence[str | Path],
    *,
    output: int,
    environment: Mapping[str, str],
    death_signal: signal.Signals,
    folder: Path | None = None,
    account: Account | None = None,
    keep_open: Sequence[int] = (),
) -> Child:
    """Starts a child whose stdout and stderr go to the descriptor `output`.

    The kernel sends it `death_signal` when the calling *thread* ends, however it ends (Linux; prctl(2)): call from
    the main thread or another one that lives as long as the child should. `keep_open` are descriptors it inherits.
    Raises OSError when it cannot be started.
    """
    return await asyncio.create_subprocess_exec(
        *map(str, argv),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        cwd=folder,
        env=dict(environment),
        start_new_session=True,
        pass_fds=tuple(keep_open),
        # runs after the change of user, which would clear the death signal
        preexec_fn=_dies_with(os.getpid(), death_signal),
        **as_account(account),
    )


async def run_to_end(
    argv: Sequence[str | Path],
    *,
    output: int,
    environment: Mapping[str, str],
    folder: Path | None = None,
    account: Account | None = None,
    keep_open: Sequence[int] = (),
) -> int:
    """Runs a helper program to its end and returns its exit code; killed when we are cancelled or die."""
    child = await spawn(
        argv,
        output=output,
        environment=environment,
        death_signal=signal.SIGKILL,
        folder=folder,
        account=account,
        keep_open=keep_open,
    )
    try:
        return await child.wait()
    finally:
        await end(child, (signal.SIGKILL, 10.0))


async def end(child: Child, *steps: tuple[signal.Signals, float]) -> None:
    """Ends a child: each step sends a signal and waits at most so many seconds for it to work."""
    for number, seconds in steps:
        if child.returncode is not None:
            return
        try:
            child.send_signal(number)
            async with asyncio.timeout(seconds):
                await child.wait()
        except (TimeoutError, ProcessLookupError):
            continue


def ending(code: int) -> str:
    """How a process ended, in words: `ended with 1`, `killed by SIGKILL`."""
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"ended with {code}"


def _dies_with(parent: int, number: signal.Signals) -> Callable[[], None]:
    def ask_kernel() -> None:
        if _prctl is not None:
            _prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:  # it died before it could be asked about
            os._exit(1)

    return ask_kernel
