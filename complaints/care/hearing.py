"""What a customer wrote back means. Pure: words of the policy, whatever their case, blanks and punctuation."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from complaints.telling.policy import Hear

_BETWEEN = re.compile(r"[\W_]+")


class Heard(StrEnum):
    BACK = "back"
    STILL_OUT = "still_out"
    STOP = "stop"
    START = "start"
    THANKS = "thanks"
    WORDS = "words"
    """Something else: it is kept, or is a complaint of its own."""


def understand(text: str, hear: Hear) -> Heard:
    """The meaning of a whole message that is one of the words; more than that is words, which a person reads."""
    bare = _bare(text)
    for heard, words in (
        (Heard.BACK, hear.back),
        (Heard.STILL_OUT, hear.still_out),
        (Heard.STOP, hear.stop),
        (Heard.START, hear.start),
        (Heard.THANKS, hear.thanks),
    ):
        if bare and bare in {_bare(word) for word in words}:
            return heard
    return Heard.WORDS


def _bare(text: str) -> str:
    return _BETWEEN.sub(" ", unicodedata.normalize("NFKC", text)).strip().casefold()
