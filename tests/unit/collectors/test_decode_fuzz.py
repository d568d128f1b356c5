"""The decoder and all of `hear` under rubbish: kept inputs, seeded mutations, and datagrams made to cost the most."""

from __future__ import annotations

import sys
import tracemalloc
from collections import Counter
from collections.abc import Callable
from types import FrameType
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.wire.decode import MAX_DATAGRAM, MAX_VARBINDS, Reason
from collectors.wire.memo import LONGEST, Memo
from collectors.wire.oid import encode_oid
from tests.fuzz.mutate import corpus, run
from tests.fuzz.targets import outcome
from tests.unit.collectors.snmp_messages import v2_message

OUTCOMES = {"trap", *get_args(Reason)}
HUAWEI_FAULT = "1.3.6.1.4.1.2011.6.164.2.1.0.1"
ALARM_TEXT = "1.3.6.1.4.1.2011.6.164.1.1.2.100.1.2"


def test_every_input_that_a_fuzzer_found_worth_keeping_is_a_trap_or_refused() -> None:
    found = Counter(outcome(data) for data in corpus())
    assert set(found) <= OUTCOMES
    assert found["trap"] > 5
    assert len(found) > 6


@given(st.binary(max_size=600))
def test_any_bytes_are_a_trap_or_refused_for_a_known_reason(data: bytes) -> None:
    assert outcome(data) in OUTCOMES


@given(st.data())
def test_any_change_to_a_kept_input_is_a_trap_or_refused(data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from(corpus()))
    start, stop = sorted(data.draw(st.tuples(*[st.integers(0, len(whole))] * 2)))
    assert outcome(whole[:start] + data.draw(st.binary(max_size=20)) + whole[stop:]) in OUTCOMES


def test_twenty_thousand_broken_datagrams_are_each_refused_or_read_and_memory_stays_flat() -> None:
    outcomes = Counter(became for _, became, _ in run(12_000, seed=7))
    tracemalloc.start()
    try:
        outcomes += Counter(became for _, became, _ in run(4_000, seed=8))
        half_way, _ = tracemalloc.get_traced_memory()
        outcomes += Counter(became for _, became, _ in run(4_000, seed=9))
        end, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert outcomes.total() == 20_000
    assert set(outcomes) <= OUTCOMES
    assert len(outcomes) > 8
    assert end - half_way < 2_000_000, "what is remembered is bounded; nothing else may stay"


def _many_small(size: int) -> bytes:
    return v2_message(HUAWEI_FAULT, [(f"1.3.6.{n}.1.1", "null", "") for n in range(min(size // 12, MAX_VARBINDS - 2))])


def _long_oids(size: int) -> bytes:
    arcs = ".".join(["4294967295"] * 120)
    return v2_message(HUAWEI_FAULT, [(f"1.3.{n}.{arcs}", "oid", f"1.4.{n}.{arcs}") for n in range(size // 1240)])


def _long_text(size: int) -> bytes:
    text = "停电".encode("gb18030") * (size // 4)
    return v2_message(HUAWEI_FAULT, [(f"{ALARM_TEXT}.1", "octets", text)])


def _many_texts(size: int) -> bytes:
    texts = ["停 ".encode("gb18030") * 30 + str(n).encode() for n in range(min(size // 130, MAX_VARBINDS - 2))]
    return v2_message(HUAWEI_FAULT, [(f"{ALARM_TEXT}.{n}", "octets", text) for n, text in enumerate(texts)])


@pytest.mark.parametrize("costly", [_many_small, _long_oids, _long_text, _many_texts])
def test_what_a_datagram_costs_grows_no_faster_than_its_size(costly: Callable[[int], bytes]) -> None:
    half, whole = costly(MAX_DATAGRAM // 2 - 200), costly(MAX_DATAGRAM - 200)
    assert len(whole) <= MAX_DATAGRAM
    of_half, of_whole = _steps(half), _steps(whole)
    assert of_whole <= 2.5 * of_half + 2_000
    assert of_whole < 30 * MAX_DATAGRAM, "read three times and heard from four senders"


def _steps(data: bytes) -> int:
    """Lines of the collectors that run for a datagram which nothing is remembered of."""
    steps = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal steps
        steps += event == "line"
        return trace if "collectors" in frame.f_code.co_filename else None

    outcome(v2_message("1.3.6.1.6.3.1.1.5.3"))  # what is loaded at first use costs nothing later
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        assert outcome(data) == "trap"
    finally:
        sys.settrace(before)
    return steps


def test_a_memo_is_bounded_in_entries_and_bytes_whatever_it_is_asked() -> None:
    memo: Memo[int] = Memo(len, 100)
    assert [memo[b"x" * n] for n in range(LONGEST + 20)] == list(range(LONGEST + 20))
    assert max(map(len, memo)) == LONGEST
    for n in range(1_000):
        assert memo[n.to_bytes(4, "big")] == 4
        assert len(memo) <= 100


def test_an_answer_that_is_an_error_is_not_remembered() -> None:
    memo: Memo[bytes] = Memo(lambda raw: encode_oid(raw.decode()), 100)
    for _ in range(2):
        with pytest.raises(ValueError, match="not an object identifier"):
            memo[b"1.x"]
    assert not memo
