"""Words that say nothing, wherever somebody says what was wrong or done: to the field app, or closing a ticket."""

from __future__ import annotations

import re
from functools import lru_cache

_ENGLISH = """
    a all and are as be been everything fault for good handled has have i in is issue it its just na nil no none normal
    now of ok okay problem test that the there they this to was we well were yes
    checked cleared closed completed done fine finished fixed repaired resolved restored solved working works
"""
_CHINESE = """
    已修复 修复 已处理 处理 完成 已完成 好了 好 正常 已恢复 恢复 已解决 解决 无 修好了 修好 已修好 处理完成
    处理完毕 恢复正常 已处理好 处理好 故障已修复 已经修复 已修复好 已正常 故障已处理 已处理完成 故障已恢复
    可以 没问题 搞定 已好 故障
"""
_BREAK = re.compile(r"[\s,.;:!?，。；：！？、]+")
_NO_WORD = re.compile(r"[\W_]+")
_TAILS = ("了", "啦", "已")
_LEAST_LETTERS = 3


def is_vague(text: str, more: frozenset[str] = frozenset()) -> bool:
    """Whether a text says nothing, whatever its case, blanks, punctuation and repetition: "fixed", "OK.", "已修复了".

    `more` are words and phrases that say nothing either.
    """
    vague = vague_words(more)
    words = [word for part in _BREAK.split(text) if (word := _bare(part))]
    whole = "".join(words)
    return whole in vague or all(word in vague for word in words) or (whole.isascii() and len(whole) < _LEAST_LETTERS)


@lru_cache(maxsize=8)
def vague_words(more: frozenset[str] = frozenset()) -> frozenset[str]:
    """All words and phrases that say nothing, bare of case, blanks and tails; a phone judges by them without a line."""
    return frozenset(map(_bare, (*_ENGLISH.split(), *_CHINESE.split(), *more)))


def _bare(text: str) -> str:
    bare = _NO_WORD.sub("", text).casefold()
    return bare[:-1] if bare.endswith(_TAILS) else bare
