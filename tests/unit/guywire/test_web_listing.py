"""The cursor of a list: opaque, whole, and never a way in."""

from __future__ import annotations

import base64
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guywire.errors import Refused
from guywire.identity import User
from guywire.model import Role
from guywire.web.listing import Filter, Listing, _cursor, _read_cursor, under, within

TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXT, TEXT)
def test_a_cursor_brings_back_what_went_in(key: str, key_id: str) -> None:
    assert _read_cursor(_cursor(key, key_id), "text") == (key, key_id)


def test_a_time_comes_back_as_a_time() -> None:
    at = "2026-11-21 08:00:00.25+00"
    assert _read_cursor(_cursor(at, "A1"), "timestamptz") == (datetime.fromisoformat(at), "A1")


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_whatever_somebody_makes_up_is_refused_in_words(cursor: str) -> None:
    with pytest.raises(Refused, match="no cursor of this list"):
        _read_cursor(cursor, "timestamptz")


def test_who_sees_everywhere_needs_no_filter() -> None:
    assert within(User("ann", Role.ADMIN, "", "", ""), "alarm") == []


@pytest.mark.parametrize("view", ["alarm", "incident", "link"])
def test_a_region_is_always_a_bound_value(view: str) -> None:
    (found,) = under("a' OR true --", view)
    assert isinstance(found, Filter)
    assert "OR true --" not in found.clause
    assert found.values == ("a' OR true --", "a' OR true --/")


def test_a_listing_is_ordered_by_id_unless_told_otherwise() -> None:
    assert (Listing("site").key, Listing("site").descending) == ("id", False)
