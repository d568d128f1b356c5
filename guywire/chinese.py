"""How Chinese sentences are set, wherever one is made: figures and Latin letters stand off from the characters. Pure.

The rule of the screens' own words: `断站 3 个`, `由 FSU 上报`, `超过 45℃ 时`; none beside punctuation, none inside
a date (`11月22日 14:05`), as Intl writes it. English text passes through unchanged, so both languages go the same way.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from string import Formatter

_HAN = "[\u3400-\u4dbf\u4e00-\u9fff]"
_FIGURE = "[A-Za-z0-9%‰℃°Ω]"
_SEAM = re.compile(
    f"(?<={_HAN})(?=[A-Za-z0-9])(?!(?<=\\d[年月])\\d)|(?<={_FIGURE})(?={_HAN})(?!(?<=\\d)[年月日])",
)


def spaced(text: str) -> str:
    """The text with a space at each seam between Chinese and a figure or a letter."""
    return _SEAM.sub(" ", text)


def joined(*parts: object) -> str:
    """The parts as one text, with a space where the seam of two wants one. Inside they stay: a name is a name."""
    text = ""
    for part in map(str, parts):
        text += " " + part if text and part and _SEAM.search(text[-2:] + part[:1], len(text[-2:])) else part
    return text


def filled(template: str, values: Mapping[str, object]) -> str:
    """`template.format_map(values)`, set by the same rule. Raises KeyError for a value that is not there."""
    parts: list[object] = []
    for literal, name, spec, conversion in Formatter().parse(template):
        parts.append(literal)
        if name is not None:
            mark = f"{{{name}{'!' + conversion if conversion else ''}{':' + spec if spec else ''}}}"
            parts.append(mark.format_map(values))
    return joined(*parts)
