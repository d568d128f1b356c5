"""What is sent of a notice, to whom, by which way and when: the plan, step by step."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.telling.contacts import NOBODY, Contacts, Way, contacts_file, level_of, read_contacts
from dispatch.telling.model import Delivery, DeliveryState, Message, Outcome, Recipient, Subscription
from dispatch.telling.plan import Plan, delivered, plan, with_deliveries
from dispatch.telling.policy import TellingPolicy, policy_file, shipped_policy
from guywire.model import Role
from guywire.policy_file import PolicyError, read_policy

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # a plugin of Apprise

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
POLICY = shipped_policy()
PHONE = Subscription("https://push.example.com/1", "", "", NOW)
TABLET = Subscription("https://push.example.com/2", "", "", NOW)
LI = Recipient("T1", "+8613800000000", "technician", "p/c/a", "", (), "Asia/Shanghai")
OFFER = Message(
    notice_id="W1/offered/T1", kind="offered", at=NOW, words={"zh": "新任务", "en": "New job"}, recipient=LI,
    urgent=True, subscriptions=(PHONE, TABLET),
)  # fmt: skip
VOICE = Way(channel="voice", urls=("json://call/{phone}",), after_seconds=120)
SMS = Way(channel="sms", urls=("json://sms/{phone}",), after_seconds=60, unless="delivered")


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def channels(made: Plan) -> list[str]:
    return [sending.channel for sending in made.sendings]


def after(message: Message, made: Plan, *states: DeliveryState, now: datetime = NOW) -> Message:
    """The notice once its sendings came out like that."""
    rows = [
        delivered(message.deliveries.get((sending.channel, sending.target)), sending, Outcome(state), POLICY.retry, now)
        for sending, state in zip(made.sendings, states, strict=True)
    ]
    return with_deliveries(message, rows)


def test_a_notice_goes_to_each_browser_of_the_person_once() -> None:
    made = plan(OFFER, NOBODY, POLICY, NOW)
    assert [sending.subscription for sending in made.sendings] == [PHONE, TABLET]
    assert plan(after(OFFER, made, "delivered", "failed"), NOBODY, POLICY, NOW) == Plan()


def test_what_is_over_seen_or_too_old_is_sent_to_nobody() -> None:
    contacts = Contacts(ways=(VOICE, SMS))
    assert plan(replace(OFFER, void_at=NOW), contacts, POLICY, NOW) == Plan()
    assert plan(replace(OFFER, seen_at=NOW), contacts, POLICY, later(600)) == Plan()
    assert plan(OFFER, contacts, POLICY, NOW + timedelta(minutes=POLICY.too_late_minutes + 1)) == Plan()


def test_what_was_pushed_and_is_over_is_taken_down_where_it_may_stand() -> None:
    told = after(OFFER, plan(OFFER, NOBODY, POLICY, NOW), "delivered", "waiting")
    over = plan(replace(told, void_at=later(1)), NOBODY, POLICY, later(1))
    assert channels(over) == ["take_down", "take_down"]
    again = after(replace(told, void_at=later(1)), over, "delivered", "waiting", now=later(1))
    assert plan(again, NOBODY, POLICY, later(1)) == Plan(look_at=later(6))
    assert channels(plan(again, NOBODY, POLICY, later(6))) == ["take_down"]


def test_a_busy_service_is_asked_again_after_pauses_that_double_and_then_no_more() -> None:
    message, now, tries = replace(OFFER, subscriptions=(PHONE,)), NOW, []
    while (made := plan(message, NOBODY, POLICY, now)).sendings:
        message = after(message, made, "waiting", now=now)
        tries.append((now - NOW).total_seconds())
        now = plan(message, NOBODY, POLICY, now).look_at or now
    assert tries == [0, 5, 15, 35, 75, 155, 315]
    assert [row.state for row in message.deliveries.values()] == ["failed"]


def test_the_phone_rings_when_nobody_saw_the_push_in_time() -> None:
    contacts = Contacts(ways=(VOICE,))
    first = plan(OFFER, contacts, POLICY, NOW)
    assert channels(first) == ["push", "push"]
    told = after(OFFER, first, "delivered", "delivered")
    assert plan(told, contacts, POLICY, NOW) == Plan(look_at=later(120))
    ring = plan(told, contacts, POLICY, later(120))
    assert [(sending.channel, sending.address) for sending in ring.sendings] == [
        ("voice", "json://call/%2B8613800000000")
    ]
    assert plan(after(told, ring, "delivered"), contacts, POLICY, later(121)) == Plan()


def test_a_text_goes_out_only_where_no_push_got_through() -> None:
    contacts = Contacts(ways=(SMS,))
    first = plan(OFFER, contacts, POLICY, NOW)
    assert plan(after(OFFER, first, "failed", "delivered"), contacts, POLICY, later(60)) == Plan()
    assert channels(plan(after(OFFER, first, "failed", "gone"), contacts, POLICY, later(60))) == ["sms"]


@pytest.mark.parametrize(
    ("way", "goes"),
    [
        (Way(channel="x", urls=("json://x",)), True),
        (Way(channel="x", urls=("json://x",), persons=frozenset({"T2"})), False),
        (Way(channel="x", urls=("json://x",), persons=frozenset({"T1"})), True),
        (Way(channel="x", urls=("json://x",), roles=frozenset({Role.AREA_MANAGER})), False),
        (Way(channel="x", urls=("json://x",), levels=frozenset({"area"}), roles=frozenset({Role.TECHNICIAN})), True),
        (Way(channel="x", urls=("json://x",), regions=frozenset({"p/c"})), True),
        (Way(channel="x", urls=("json://x",), regions=frozenset({"p/c2"})), False),
        (Way(channel="x", urls=("json://x",), kinds=frozenset({"climb"})), False),
    ],
)
def test_a_way_is_for_whom_and_what_it_names(way: Way, goes: bool) -> None:
    assert way.concerns(OFFER) is goes


def test_a_way_that_wants_a_number_is_not_for_who_has_none_and_one_for_urgent_things_not_for_others() -> None:
    assert not VOICE.concerns(replace(OFFER, recipient=LI._replace(phone="")))
    assert not VOICE.concerns(replace(OFFER, urgent=False))
    assert msgspec.structs.replace(VOICE, urgent_only=False).concerns(replace(OFFER, urgent=False))


@pytest.mark.parametrize(
    ("region", "level"), [("", "headquarters"), ("p", "province"), ("p/c", "city"), ("p/c/a", "area")]
)
def test_a_managers_level_is_how_deep_in_the_region_tree(region: str, level: str) -> None:
    assert level_of(LI._replace(role="area_manager", region=region)) == level
    assert level_of(LI._replace(region=region)) is None


def test_at_night_only_what_is_urgent_is_told_but_to_who_is_on_duty_everything() -> None:
    night = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)  # 23:00 in Shanghai
    morning = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
    answer = replace(OFFER, urgent=False, at=night)
    assert channels(plan(replace(OFFER, at=night), NOBODY, POLICY, night)) == ["push", "push"]
    assert plan(answer, NOBODY, POLICY, night) == Plan(look_at=morning)
    assert channels(plan(answer, NOBODY, POLICY, morning)) == ["push", "push"]
    assert plan(replace(answer, recipient=LI._replace(shift="08:00-20:00")), NOBODY, POLICY, night).sendings == ()
    for shift in ("20:00-08:00", "Sat 22:00-23:30"):
        assert plan(replace(answer, recipient=LI._replace(shift=shift)), NOBODY, POLICY, night).sendings
    assert plan(replace(answer, recipient=LI._replace(shift="whenever")), NOBODY, POLICY, night).look_at == morning


def test_the_text_is_in_a_language_of_the_person() -> None:
    assert OFFER.text("zh") == "新任务"
    assert replace(OFFER, recipient=LI._replace(languages=("fr", "en"))).text("zh") == "New job"
    assert replace(OFFER, words={"en": "New job"}).text("zh") == "New job"


STATES: st.SearchStrategy[DeliveryState] = st.sampled_from(["waiting", "delivered", "failed", "gone"])


@given(st.lists(STATES, min_size=40, max_size=40), st.booleans(), st.integers(0, 300))
def test_whatever_comes_of_it_nothing_is_sent_again_that_was_delivered_and_it_ends(
    states: list[DeliveryState], urgent: bool, void_after: int
) -> None:
    contacts = Contacts(ways=(VOICE, SMS))
    message, now, left, got_through = replace(OFFER, urgent=urgent), NOW, list(states), set[tuple[str, str]]()
    for _ in range(40):
        if now >= later(void_after):
            message = replace(message, void_at=later(void_after))
        made = plan(message, contacts, POLICY, now)
        keys = [(sending.channel, sending.target) for sending in made.sendings]
        assert not got_through & set(keys)
        assert not (message.void_at and {channel for channel, _ in keys} - {"take_down"})
        outcomes = [left.pop() if left else "failed" for _ in keys]
        message = after(message, made, *outcomes, now=now)
        got_through |= {key for key, state in zip(keys, outcomes, strict=True) if state == "delivered"}
        rest = plan(message, contacts, POLICY, now)
        assert not rest.sendings or not message.void_at
        if not rest.sendings and rest.look_at is None:
            return
        assert rest.sendings or (rest.look_at and rest.look_at > now)
        now = rest.look_at or now
    pytest.fail("it never ended")


def test_a_delivery_remembers_how_often_and_when_next() -> None:
    sending = plan(OFFER, NOBODY, POLICY, NOW).sendings[0]
    first = delivered(None, sending, Outcome("waiting", "503", timedelta(seconds=60)), POLICY.retry, NOW)
    assert (first.tries, first.next_at, first.detail) == (1, later(60), "503")
    second = delivered(first, sending, Outcome("delivered", "201"), POLICY.retry, later(60))
    assert second == Delivery("push", first.target, "delivered", 2, later(60), None, "201")
    assert "push.example.com" in first.target
    assert "/1" not in first.target


@pytest.mark.parametrize(
    "text",
    [
        'quiet = "at night"',
        'subject = "me"',
        "at_once = 0",
        "retry.tries = 0",
        "surprise = 1",
        "endpoint_seconds = 3600.0",
    ],
)
def test_a_policy_that_cannot_be_is_refused_with_file_and_line(text: str) -> None:
    with pytest.raises(PolicyError, match=r"telling\.toml:1: "):
        read_policy(text, "telling.toml", TellingPolicy, POLICY)


def test_the_operators_policy_says_only_what_differs(tmp_path: Path) -> None:
    (tmp_path / "policy").mkdir()
    (tmp_path / "policy" / "telling.toml").write_text('quiet = ""\n')
    assert policy_file(tmp_path).current() == msgspec.structs.replace(POLICY, quiet="")


def write_contacts(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "policy" / "contacts.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return path


def test_contacts_are_read_again_when_they_change_and_a_bad_file_is_not_used(tmp_path: Path) -> None:
    file = contacts_file(tmp_path)
    assert file.current() == NOBODY
    path = write_contacts(
        tmp_path, '[[ways]]\nchannel = "voice"\nurls = ["json://call/{phone}"]\nafter_seconds = 120\n'
    )
    assert file.current() == Contacts(ways=(VOICE,))
    write_contacts(tmp_path, '[[ways]]\nchannel = "voice"\nurls = ["nosuch://user:secret@host"]\n')
    assert file.current() == Contacts(ways=(VOICE,))
    assert "way 1 (voice), url 1: nosuch: " in file.refused
    assert "secret" not in file.refused
    path.unlink()
    assert file.current() == NOBODY


def test_contacts_that_others_may_read_are_refused_with_what_to_do(tmp_path: Path) -> None:
    path = write_contacts(tmp_path, "", 0o640)
    with pytest.raises(PolicyError, match=f"mode 040.*chmod 600 {path}"):
        read_contacts(path)
