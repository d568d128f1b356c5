"""What a technician says was wrong and was done must tell the next one something."""

from __future__ import annotations

import re
from functools import lru_cache

from dispatch.policy import Policy
from guywire.errors import invalid

_BLANK = re.compile(r"[\W_]+")
_TAILS = ("了", "啦", "已")


def check_result(cause: str, result: str, policy: Policy) -> None:
    """Refuses a missing cause and a missing or vague result, with an example."""
    if not _bare(cause):
        raise invalid("cause_missing", "Say what was wrong, for instance: lightning surge.")
    if is_vague(result, policy.vague_results):
        raise invalid(
            "result_is_vague",
            f"{result.strip()!r} does not say what was done. Say it like this: {policy.result_example}.",
        )


def is_vague(result: str, vague: frozenset[str]) -> bool:
    """Whether the words say nothing, whatever their case, blanks, punctuation and repetition."""
    bare = _bare_set(vague)
    words = [_bare(word) for word in re.split(r"[\s,.;:!，。；：！、]+", result)]
    return _bare(result) in bare or all(not word or word in bare for word in words)


@lru_cache(maxsize=8)
def _bare_set(vague: frozenset[str]) -> frozenset[str]:
    return frozenset(_bare(word) for word in vague) | {""}


def _bare(text: str) -> str:
    bare = _BLANK.sub("", text).casefold()
    return bare[:-1] if bare.endswith(_TAILS) else bare
