"""Whatever a flaky line does to the order and number of requests: the same is kept, and help comes neither early nor
late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from dispatch.board import Board
from dispatch.model import Place
from dispatch.policy import default_policy
from dispatch.records import Person, WorkOrder
from dispatch.visits.correcting import correct_place
from dispatch.visits.model import SiteHere
from dispatch.visits.recording import keep_records
from dispatch.visits.watches import end_watch, follow_watches, start_watch
from guywire.commands.visits import CorrectPlace, EndWatch, KeepRecords, Record, StartWatch
from guywire.model import WorkOrderState

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
HERE = Place(31.2, 121.0)


def board() -> Board:
    """Technician T on site at S for the order W."""
    order = WorkOrder(
        work_order_id="W",
        technician_id="T",
        manager_id="",
        ticket_id="K",
        site_id="S",
        domain="p/c",
        need_ids=("N",),
        state=WorkOrderState.ON_SITE,
        priority=2,
        summary="",
        offered_at=NOW - timedelta(hours=1),
        offer_expires_at=None,
        travel_minutes=1,
        distance_km=1,
        planned_arrival_at=NOW,
    )
    person = Person(technician_id="T", name="Bo", region="p/c/a", home=HERE)
    made = Board(now=NOW, policy=default_policy(), orders={"W": order}, people={"T": person})
    made.visits.sites["S"] = SiteHere(HERE, "Site", "p/c/a", "p/c")
    made.visits.visited.add(("S", "T"))
    return made


ids = st.integers(0, 12)


@given(st.lists(st.lists(ids, min_size=1, max_size=6), min_size=1, max_size=10))
def test_records_are_kept_once_however_often_and_in_whatever_order_they_come(batches: Sequence[Sequence[int]]) -> None:
    on = board()
    for batch in batches:
        records = tuple(
            Record(record_id=str(UUID(int=number)), at=NOW, kind="note", text=f"note {number}") for number in batch
        )
        keep_records(on, KeepRecords(work_order="W", technician="T", records=records), "bo")
    kept = [record.record_id for record in on.visits.new_records]
    assert sorted(kept) == sorted({str(UUID(int=number)) for batch in batches for number in batch})


@given(st.lists(st.integers(0, 20), min_size=1, max_size=12))
def test_the_last_correction_by_its_own_time_holds_in_whatever_order_they_come(moments: Sequence[int]) -> None:
    on = board()
    on.now = NOW + timedelta(hours=1)
    for moment in moments:
        point = (HERE.latitude + moment * 0.0001, HERE.longitude)
        at = NOW + timedelta(minutes=moment)
        correct_place(on, CorrectPlace(site="S", technician="T", kind="site", points=(point,), at=at), "bo")
    current = [place for place in on.visits.places.values() if place.state == "current"]
    assert [place.at for place in current] == [NOW + timedelta(minutes=max(moments))]


@given(
    st.lists(st.tuples(st.integers(1, 40), st.sampled_from(["sign", "look", "look", "end"])), min_size=1, max_size=30),
    st.integers(5, 60),
)
def test_help_is_called_when_the_time_and_the_grace_are_over_and_never_before(
    steps: Sequence[tuple[int, str]], minutes: int
) -> None:
    on = board()
    grace = timedelta(minutes=on.visits.policy.watch.grace_minutes)
    start = StartWatch(person="T", minutes=minutes)
    start_watch(on, start, "bo")
    last_sign: datetime | None = on.now
    for after, what in steps:
        target = on.now + timedelta(minutes=after)
        while True:  # as the service does: it looks whenever something is due
            on.look_again_at.clear()
            follow_watches(on)
            due = min([target, *on.look_again_at])
            if on.visits.sos or due <= on.now:
                break
            on.now = due
        if on.visits.sos:
            assert last_sign is not None
            assert on.now == last_sign + timedelta(minutes=minutes) + grace
            return
        assert last_sign is None or on.now < last_sign + timedelta(minutes=minutes) + grace
        if what == "sign":
            start_watch(on, start, "bo")
            last_sign = on.now
        elif what == "end":
            end_watch(on, EndWatch(person="T"), "bo")
            last_sign = None
