"""Calendars of other programs: what they mean is found, and what is wrong or could run for ever is refused by name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rota.calendar_file import read_calendar
from dispatch.rota.calendars import calendar_of
from dispatch.rota.policy import shipped_policy
from guywire.commands.rota import RotaLine
from guywire.errors import Refused

SINCE = datetime(2026, 11, 20, tzinfo=UTC)
POLICY = shipped_policy().calendar
SHANGHAI = ZoneInfo("Asia/Shanghai")
LEAVE = "SUMMARY:leave"
MORNING = "DTSTART:20261125T080000\nDTEND:20261125T120000"


def calendar(*events: str) -> bytes:
    lines = [line for event in events for line in ("BEGIN:VEVENT", *event.splitlines(), "END:VEVENT")]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *lines, "END:VCALENDAR", ""]).encode()


def read(*events: str, technician: str = "B", kind: str = "") -> tuple[RotaLine, ...]:
    return read_calendar(calendar(*events), SINCE, POLICY, lambda _: SHANGHAI, technician, kind)


def refusal(*events: str, technician: str = "B") -> Refused:
    with pytest.raises(Refused) as refused:
        read(*events, technician=technician)
    return refused.value


def test_a_repeated_event_is_followed_each_time_with_a_name_of_its_own() -> None:
    weekly = "UID:a\nDTSTART;TZID=Europe/Berlin:20261123T080000\nDTEND;TZID=Europe/Berlin:20261123T200000"
    lines = read(f"{weekly}\nRRULE:FREQ=WEEKLY;COUNT=3\nSUMMARY:On call north")
    assert [line.since for line in lines] == [
        datetime(2026, 11, 23, 7, tzinfo=UTC) + timedelta(weeks=n) for n in range(3)
    ]
    assert {line.kind for line in lines} == {"standby"}
    assert len({line.uid for line in lines}) == 3


def test_a_single_event_that_moves_keeps_its_name() -> None:
    [before], [after] = read(f"UID:a\n{MORNING}\n{LEAVE}"), read(f"UID:a\n{MORNING.replace('25T', '26T')}\n{LEAVE}")
    assert (before.uid, before.since + timedelta(days=1)) == (after.uid, after.since)


def test_one_time_of_a_repeated_event_that_moved_takes_the_place_of_its_old_one() -> None:
    series = f"UID:a\n{MORNING}\nRRULE:FREQ=DAILY;COUNT=3\n{LEAVE}"
    moved = "UID:a\nRECURRENCE-ID:20261126T080000\nDTSTART:20261126T100000\nDTEND:20261126T110000\nSUMMARY:sick"
    lines = read(series, moved)
    assert [(line.since.hour, line.kind) for line in lines] == [(0, "leave"), (2, "sick"), (0, "leave")]
    assert [line.uid for line in lines] == [line.uid for line in read(series)]


def test_days_and_times_without_a_zone_are_read_in_the_persons() -> None:
    whole, half = read(f"UID:a\nDTSTART;VALUE=DATE:20261125\n{LEAVE}", f"UID:b\n{MORNING}\n{LEAVE}")
    assert (whole.since, whole.until) == tuple(datetime(2026, 11, day, 16, tzinfo=UTC) for day in (24, 25))
    assert (half.since, half.until) == tuple(datetime(2026, 11, 25, hour, tzinfo=UTC) for hour in (0, 4))


def test_categories_say_more_than_the_summary_and_the_longest_word_counts() -> None:
    event = f"UID:a\n{MORNING}"
    assert read(f"{event}\nCATEGORIES:Team,Training\n{LEAVE}")[0].kind == "training"
    assert read(f"{event}\nSUMMARY:sick leave until Friday")[0].kind == "sick"
    assert read(f"{event}\nSUMMARY:张伟 年假")[0].kind == "leave"
    assert read(f"{event}\nSUMMARY:Dentist", kind="leave")[0].kind == "leave"
    assert refusal(f"{event}\nSUMMARY:Dentist").reason == "kind_unknown"


def test_without_a_technician_the_organisers_id_stands_before_the_at() -> None:
    event = f"UID:a\n{MORNING}\n{LEAVE}"
    assert read(f"{event}\nORGANIZER;CN=Li:mailto:T7@tower.example", technician="")[0].technician == "T7"
    assert refusal(event, technician="").reason == "no_organiser"


def test_what_is_cancelled_or_over_is_left_out() -> None:
    assert (
        read(f"UID:a\n{MORNING}\nSTATUS:CANCELLED\n{LEAVE}", f"UID:b\n{MORNING.replace('2026', '2025')}\n{LEAVE}") == ()
    )


@pytest.mark.parametrize(
    ("event", "says"),
    [
        ("UID:a\nDTSTART:soon", "event 1 (a): DTSTART cannot be read"),
        ("UID:a\nSUMMARY:leave", "event 1 (leave): it has no DTSTART"),
        (f"{MORNING}\n{LEAVE}", "event 1 (leave): it has no UID"),
        ("UID:a\nDTSTART:20261125T080000\nDTEND:20261125T070000", "it ends before it begins"),
        ("UID:a\nDTSTART:20261125T080000\nDURATION:-P1D", "it ends before it begins"),
        (f"UID:a\nUID:b\n{MORNING}", "it has several UID"),
        (f"UID:a\n{MORNING}\nDTSTART:20261126T080000", "it has several DTSTART"),
        (f"UID:a\n{MORNING}\nSTATUS:CANCELLED\nSTATUS:CONFIRMED", "it has several STATUS"),
        ("UID:a\nDTSTART;VALUE=TIME:080000", "DTSTART is neither a day nor a moment"),
        ("UID:a\nDTSTART;VALUE=PERIOD:20261125T080000Z/P1D", "DTSTART is neither a day nor a moment"),
        (f"UID:a\n{MORNING}\nRRULE:FREQ=DAILY,WEEKLY", "only what repeats daily"),
        (f"UID:a\n{MORNING}\nRRULE:FREQ=DAILY;COUNT=-5", "cannot be followed"),
        ("UID:a\nDTSTART:20261125T080000\nDTEND:99991231T235959Z", "it lasts for more than a year"),
        ("UID:a\nDTSTART:19991125T080000", "it begins before 2000"),
        (f"UID:a\n{MORNING}\nRRULE:FREQ=SECONDLY", "only what repeats daily"),
        (f"UID:a\n{MORNING}\nRRULE:FREQ=DAILY;BYSECOND=1,2,3", "BYSECOND is not followed"),
        (f"UID:a\n{MORNING}\nRRULE:FREQ=DAILY;INTERVAL=0", "INTERVAL is not between"),
        (f"UID:a\n{MORNING}\nRRULE:FREQ=DAILY;UNTIL=never", "RRULE cannot be read"),
    ],
)
def test_a_bad_event_is_refused_by_its_name(event: str, says: str) -> None:
    assert says in refusal(event).message


def test_a_calendar_is_bounded_in_bytes_events_and_entries() -> None:
    daily = f"UID:a\n{MORNING}\nRRULE:FREQ=DAILY\n{LEAVE}"
    assert len(read(daily)) == 361
    small = msgspec.structs.replace(POLICY, most_entries=50)
    for text, policy in (
        (calendar(daily), small),
        (calendar(*[f"UID:{n}\n{MORNING}\n{LEAVE}" for n in range(51)]), small),
        (calendar(*[daily] * 101), POLICY),
    ):
        with pytest.raises(Refused) as refused:
            read_calendar(text, SINCE, policy, lambda _: SHANGHAI, "B")
        assert refused.value.reason == "too_many_entries"
    with pytest.raises(Refused, match="are the most"):
        read_calendar(b" " * (POLICY.most_bytes + 1), SINCE, POLICY, lambda _: SHANGHAI, "B")


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_rubbish_is_refused_and_breaks_nothing(text: bytes) -> None:
    with pytest.raises(Refused):
        read_calendar(text, SINCE, POLICY, lambda _: SHANGHAI, "B")


STARTS = ("DTSTART:20261126T080000Z", "DTSTART:20261125T080000", "DTSTART;VALUE=DATE:20261126")
PARTS = (
    "DTEND:20261127T080000", "DTEND;VALUE=DATE:20261127", "DTEND:99991231T235959Z", "DURATION:PT4H", "DURATION:-P1D",
    "RECURRENCE-ID:20261125T080000", "RECURRENCE-ID;RANGE=THISANDFUTURE:20261126T080000", "RRULE:FREQ=DAILY;COUNT=3",
    "RRULE:FREQ=DAILY;COUNT=-5", "RRULE:FREQ=DAILY;UNTIL=20261130T000000Z", "RRULE:FREQ=MONTHLY;BYDAY=-1SU",
    "RRULE:RSCALE=HEBREW;FREQ=YEARLY", "EXDATE:20261126T080000", "EXDATE;VALUE=DATE:20261126", "RDATE:20261128T080000Z",
    "RDATE;VALUE=PERIOD:20261128T080000Z/P1D", "RDATE;VALUE=DATE:20261128", "STATUS:CANCELLED", "ORGANIZER:mailto:b@x",
    "CATEGORIES:leave", "BEGIN:VALARM", "END:VALARM", "SEQUENCE:x",
)  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(STARTS), st.lists(st.sampled_from(PARTS), max_size=4)), max_size=2))
def test_whatever_events_are_made_of_they_are_refused_or_mean_something(made: list[tuple[str, list[str]]]) -> None:
    try:
        lines = read(*("\n".join(["UID:a", start, LEAVE, *parts]) for start, parts in made))
    except Refused:
        return
    assert all(line.since <= line.until for line in lines)


@given(st.text(alphabet="ADEFILNOPQRSTUVYZ0123456789=;,:+-\n", max_size=60))
def test_rubbish_within_an_event_is_refused_or_means_something(text: str) -> None:
    try:
        lines = read(f"UID:a\n{MORNING}\n{LEAVE}\n{text}")
    except Refused:
        return
    assert all(line.since < line.until for line in lines)


def test_what_goes_out_as_a_calendar_comes_in_as_what_it_was() -> None:
    def stretch(day: int) -> dict[str, datetime]:
        start = datetime(2026, 11, day, 12, tzinfo=UTC)
        return {"since": start, "until": start + timedelta(hours=12)}

    person = {"id": "B", "name": "李伟", "duty": [stretch(21)], "standby": [stretch(23)], "away": [stretch(25)]}
    lines = read_calendar(calendar_of(person, SINCE), SINCE, POLICY, lambda _: SHANGHAI, "B", "extra")
    assert [(line.since.day, line.kind) for line in lines] == [(21, "extra"), (23, "standby"), (25, "extra")]
