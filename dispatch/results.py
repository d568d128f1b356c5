"""What a technician says was wrong and was done must tell the next one something."""

from __future__ import annotations

import re

from dispatch.policy import Policy
from guywire.errors import invalid
from guywire.vague import is_vague

_WORD = re.compile(r"[^\W_]")


def check_result(cause: str, result: str, policy: Policy) -> None:
    """Refuses a missing cause and a missing or vague result, with an example."""
    if not _WORD.search(cause):
        raise invalid("cause_missing", "Say what was wrong, for instance: lightning surge.")
    if is_vague(result, policy.vague_results):
        raise invalid(
            "result_is_vague",
            f"{result.strip()!r} does not say what was done. Say it like this: {policy.result_example}.",
        )
