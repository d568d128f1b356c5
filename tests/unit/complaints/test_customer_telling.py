"""What a customer is told, when and by which ways; and what their own words mean."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from complaints.care.hearing import Heard, understand
from complaints.care.model import Message, Who
from complaints.telling.policy import TellingPolicy, Way, read_telling, shipped_policy
from complaints.telling.when import Envelope, after, plan
from guywire.policy_file import PolicyError
from tests.unit.complaints.care_story import NOW, TELLING, Story, complaint

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # a plugin of Apprise

NIGHT = NOW + timedelta(hours=9)  # one in the morning, Shanghai
BOTH = msgspec.structs.replace(
    TELLING,
    ways=(
        Way(channel="sms", urls=("json://127.0.0.1:9/{phone}",), kinds=frozenset({"restored"})),
        Way(channel="email", urls=("json://127.0.0.1:8/{email}",)),
    ),
)


def envelope(kind: str = "restored", who: Who = Who(), **about: object) -> Envelope:  # noqa: B008 - it is frozen
    message = Message(message_id="CM1", complaint_id="C1", kind=kind, value="", words={"zh": "x", "en": "x"}, at=NIGHT)
    return Envelope(message, complaint(**about), who, "Asia/Shanghai")


def day(one: Envelope) -> Envelope:
    one.message.at = NOW
    return one


def test_texts_say_what_is_known_in_both_languages_by_the_customers_clock() -> None:
    story = Story()
    story.begin()
    story.link("I1", story.now + timedelta(minutes=95))
    story.settle()
    ((_, message),) = story.sent
    assert message.words == {
        "zh": "您反映的问题（C1）原因已查明：当地停电，基站供电中断。\n预计 17:35 恢复，最早 17:15，最迟 18:15。\n"
        f"查看进展：https://help.example.com/track/{'t' * 43}",
        "en": "Your report C1: we found the cause, a power cut in the area.\nWe expect service back about 17:35"
        f" (17:15 to 18:15).\nSee how it stands: https://help.example.com/track/{'t' * 43}",
    }


def test_without_an_address_of_ours_the_sentence_with_the_link_is_left_out() -> None:
    story = Story(telling=msgspec.structs.replace(TELLING, public_url=""))
    story.begin(channel="web")
    ((_, message),) = story.sent
    assert message.words["en"] == "We have your report C1 and are looking into it."


def test_an_end_is_told_anew_only_when_it_moved_by_much_after_a_pause_and_not_without_end() -> None:
    story = Story(telling=msgspec.structs.replace(TELLING, quiet=""))
    story.begin()
    end = story.now + timedelta(minutes=100)
    story.link("I1", end)
    story.settle()
    for minutes, kinds in ((29, 1), (31, 2), (29, 2), (90, 3), (160, 4), (240, 5), (400, 5)):
        story.now += timedelta(minutes=31)
        story.link("I1", end + timedelta(minutes=minutes))
        story.settle()
        assert len(story.sent) == kinds, minutes


def test_what_becomes_obsolete_in_the_night_is_never_sent() -> None:
    story = Story(now=NIGHT)
    story.begin()
    story.link("I1", story.now + timedelta(hours=2))
    story.settle()
    story.wait(60)
    story.restore()
    story.settle()
    story.wait(1)
    assert story.sent == []
    story.wait(9 * 60)
    assert [message.kind for _, message in story.sent] == ["are_you_back"]


@pytest.mark.parametrize(
    ("who", "waits"),
    [(Who(), True), (Who(vip=True), True), (Who(at_night=True), True), (Who(vip=True, at_night=True), False)],
)
def test_at_night_only_a_vip_who_asked_for_it_is_told(who: Who, waits: bool) -> None:
    planned = plan(envelope(who=who), TELLING, NIGHT)
    assert (planned.next_at is not None, bool(planned.sendings)) == (waits, not waits)


def test_a_message_goes_by_each_way_of_its_kind_that_is_known() -> None:
    one = day(envelope(email="li@example.com"))
    assert [sending.address for sending in plan(one, BOTH, NOW).sendings] == [
        "json://127.0.0.1:9/13800000001",
        "json://127.0.0.1:8/li%40example.com",
    ]
    assert [
        sending.channel for sending in plan(day(envelope("answer", email="li@example.com")), BOTH, NOW).sendings
    ] == ["email"]
    assert plan(day(envelope("answer")), BOTH, NOW).state == "unaddressed"


def test_a_phone_number_cannot_become_another_address() -> None:
    (sending,) = plan(day(envelope(phone="138/../x?to=1&@evil")), TELLING, NOW).sendings
    assert sending.address == "json://127.0.0.1:9/1381"


def test_only_the_way_that_did_not_take_it_is_tried_again_until_there_is_an_end() -> None:
    one = day(envelope(email="li@example.com"))
    sendings = plan(one, BOTH, NOW).sendings
    came = after(one.message, sendings, {sendings[0].target}, BOTH, NOW)
    assert (came.state, came.next_at) == ("waiting", NOW + timedelta(seconds=5))
    one.message.taken, one.message.tries = list(came.taken), came.tries
    left = plan(one, BOTH, NOW).sendings
    assert [sending.channel for sending in left] == ["email"]
    one.message.tries = BOTH.retry.tries - 1
    assert after(one.message, left, set(), BOTH, NOW).state == "sent"  # one way has it
    one.message.taken = []
    assert after(one.message, sendings, set(), BOTH, NOW).state == "failed"


def test_what_is_too_old_and_what_nobody_wants_is_not_sent() -> None:
    assert plan(day(envelope()), TELLING, NOW + timedelta(days=2)).state == "obsolete"
    assert plan(day(envelope(who=Who(opt_out=True))), TELLING, NOW).state == "obsolete"


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("1", Heard.BACK),
        ("  １。 ", Heard.BACK),
        ("Yes!", Heard.BACK),
        ("STILL-OUT", Heard.STILL_OUT),
        ("还是不行！", Heard.STILL_OUT),
        ("退订", Heard.STOP),
        ("Start", Heard.START),
        ("1 bar only", Heard.WORDS),
        ("yes but slow", Heard.WORDS),
        ("", Heard.WORDS),
        ("。", Heard.WORDS),
    ],
)
def test_a_whole_message_is_understood_or_left_to_a_person(text: str, meaning: Heard) -> None:
    assert understand(text, shipped_policy().hear) is meaning


def test_a_file_of_ways_is_refused_when_others_may_read_it_or_an_address_is_none(tmp_path: Path) -> None:
    file = tmp_path / "complaints-telling.toml"
    file.write_text('[[ways]]\nchannel = "sms"\nurls = ["json://h/{phone}"]\n')
    file.chmod(0o644)
    with pytest.raises(PolicyError, match="chmod 600"):
        read_telling(file)
    file.chmod(0o600)
    policy: TellingPolicy = read_telling(file)
    assert (policy.ways[0].channel, policy.quiet) == ("sms", shipped_policy().quiet)
    file.write_text('[[ways]]\nchannel = "sms"\nurls = ["nothing://secret@h/{phone}"]\n')
    with pytest.raises(PolicyError, match="way 1") as refused:
        read_telling(file)
    assert "secret" not in str(refused.value)
    file.write_text('[texts.answer]\nzh = ["{who}"]\nen = ["x"]\n')
    with pytest.raises(PolicyError, match="unknown placeholders"):
        read_telling(file)
