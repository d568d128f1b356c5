"""The policy of care as data: categories with due times, questions, promises and grants; call-backs, inspections."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from guywire.errors import invalid
from guywire.model import NeedKind
from guywire.policy_file import PolicyFile, read_policy

_Minutes = Annotated[int, msgspec.Meta(ge=1, le=43_200)]
_MinutesOrNone = Annotated[int, msgspec.Meta(ge=0, le=43_200)]
_Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
_Amount = Annotated[float, msgspec.Meta(ge=0, le=1_000_000)]
_Id = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
_LONGEST_ANSWER = 500


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Words(_Table, frozen=True, kw_only=True):
    zh: str
    en: str


class ByRank(_Table, frozen=True, kw_only=True):
    """Minutes, for VIPs and for others."""

    vip: _Minutes
    other: _Minutes

    def __post_init__(self) -> None:
        if self.vip > self.other:
            raise ValueError("a VIP must not wait longer than others")

    def of(self, vip: bool) -> timedelta:
        return timedelta(minutes=self.vip if vip else self.other)


class Choice(_Table, frozen=True, kw_only=True):
    id: _Id
    zh: str
    en: str


class Question(_Table, frozen=True, kw_only=True):
    id: _Id
    kind: Literal["yes_no", "choice", "text"]
    zh: str
    en: str
    choices: tuple[Choice, ...] = ()

    def __post_init__(self) -> None:
        if (self.kind == "choice") != bool(self.choices):
            raise ValueError(f"question {self.id}: choices go with the kind choice, and only with it")

    def refuse(self, value: str) -> None:
        """Raises `Refused` for what is no answer to it."""
        allowed = {"yes_no": ["yes", "no"], "choice": [one.id for one in self.choices]}.get(self.kind)
        if allowed is not None and value not in allowed:
            raise invalid("answer_malformed", f"{self.id} is answered by one of {', '.join(allowed)}, not {value!r}.")
        if len(value) > _LONGEST_ANSWER or "\0" in value:
            raise invalid("answer_malformed", f"{self.id}: at most {_LONGEST_ANSWER} characters of plain text.")


class MayPromise(_Table, frozen=True, kw_only=True):
    zh: str
    en: str
    within_minutes: _Minutes


class Grant(_Table, frozen=True, kw_only=True):
    zh: str
    en: str
    unit: str
    limit: _Amount
    leader_limit: _Amount

    def __post_init__(self) -> None:
        if self.leader_limit < self.limit:
            raise ValueError("a leader may grant at least what an agent may")


class TicketRule(_Table, frozen=True, kw_only=True):
    """When nothing explains a complaint for so long, a ticket of its own is asked for."""

    kind: NeedKind
    after_minutes: _MinutesOrNone
    priority: Annotated[int, msgspec.Meta(ge=1, le=4)]


class Category(_Table, frozen=True, kw_only=True):
    """`network`: an outage may explain it. Promises and grants are named by their ids."""

    zh: str
    en: str
    queue: str
    network: bool
    respond_minutes: ByRank
    solve_minutes: ByRank
    may_promise: tuple[str, ...] = ()
    grants: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    ticket: TicketRule | None = None

    def __post_init__(self) -> None:
        if self.respond_minutes.vip > self.solve_minutes.vip or self.respond_minutes.other > self.solve_minutes.other:
            raise ValueError("who is to be answered after it is solved need not be answered")


class CallBackPolicy(_Table, frozen=True, kw_only=True):
    after_minutes: Annotated[float, msgspec.Meta(ge=0, le=43_200)]
    again_minutes: _Minutes
    silent_hours: Annotated[float, msgspec.Meta(gt=0, le=720)]


class Item(_Table, frozen=True, kw_only=True):
    zh: str
    en: str
    weight: Annotated[float, msgspec.Meta(gt=0, le=1_000)]


class InspectionPolicy(_Table, frozen=True, kw_only=True):
    share: _Share
    share_of_vips: _Share
    pass_score: Annotated[int, msgspec.Meta(ge=0, le=100)]
    items: Annotated[dict[str, Item], msgspec.Meta(min_length=1)]


class CarePolicy(_Table, frozen=True, kw_only=True):
    """What `categories.toml` holds; its comments say what each value means."""

    default: str
    dissatisfied: Annotated[int, msgspec.Meta(ge=0, le=4)]
    warn_minutes: _MinutesOrNone
    look_minutes: _Minutes
    call_back: CallBackPolicy
    still_out_ticket: TicketRule
    inspection: InspectionPolicy
    queues: dict[_Id, Words]
    promises: dict[_Id, MayPromise]
    grants: dict[_Id, Grant]
    categories: dict[_Id, Category]

    def __post_init__(self) -> None:
        if self.default not in self.categories:
            raise ValueError(f"`default` names no category: {self.default!r}")
        for name, one in self.categories.items():
            _refuse_unknown(f"{name}.queue", (one.queue,), self.queues)
            _refuse_unknown(f"{name}.may_promise", one.may_promise, self.promises)
            _refuse_unknown(f"{name}.grants", one.grants, self.grants)

    def category(self, name: str) -> Category:
        """The category of a complaint; the default one for a name that policy has no more."""
        return self.categories.get(name) or self.categories[self.default]

    def named(self, name: str) -> Category:
        """Raises `Refused` for a category that does not exist."""
        if name not in self.categories:
            raise invalid("unknown_category", f"There is no category {name!r}: choose of {', '.join(self.categories)}.")
        return self.categories[name]

    def shown(self) -> dict[str, Any]:
        """The answer of /complaint-categories."""
        return {
            "items": [self.shown_category(name) for name in self.categories],
            "next": None,
            "queues": [{"id": name, **_plain(words)} for name, words in self.queues.items()],
            "closed_reasons": list(CLOSED_REASONS),
            "dissatisfied": self.dissatisfied,
        }

    def shown_category(self, name: str) -> dict[str, Any]:
        """One category with its promises and grants told in full."""
        one = self.category(name)
        return {
            **_plain(one),
            "id": name,
            "may_promise": [{"id": key, **_plain(self.promises[key])} for key in one.may_promise],
            "grants": [{"id": key, **_plain(self.grants[key])} for key in one.grants],
        }


CLOSED_REASONS = ("solved", "not_ours", "duplicate", "withdrawn")
"""What an agent may close a complaint for; `customer_confirmed` and `no_answer` come by themselves."""


def refuse_wrong_answers(category: Category, answers: Mapping[str, str]) -> None:
    """Raises `Refused` for answers to questions that the category does not ask, and for what is no answer."""
    questions = {one.id: one for one in category.questions}
    for name, value in answers.items():
        if name not in questions:
            raise invalid("unknown_question", f"{category.en} has no question {name!r}. See /complaint-categories.")
        questions[name].refuse(value)


def _refuse_unknown(where: str, names: tuple[str, ...], known: Mapping[str, object]) -> None:
    if unknown := [name for name in names if name not in known]:
        raise ValueError(f"`{where}` names {unknown[0]!r}, which is not told")


def _plain(value: msgspec.Struct) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(value)
    return plain


@cache
def shipped_policy() -> CarePolicy:
    """The policy that ships with the package."""
    text = resources.files("complaints.care").joinpath("categories.toml").read_text("utf-8")
    return read_policy(text, "complaints/care/categories.toml", CarePolicy)


def policy_file(data_dir: Path) -> PolicyFile[CarePolicy]:
    """The policy in force: `policy/complaint-categories.toml` of the data folder over what ships."""
    return PolicyFile(data_dir / "policy" / "complaint-categories.toml", CarePolicy, shipped_policy())
