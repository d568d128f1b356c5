"""The one error that crosses package borders: a refusal that says what was wrong and what to do about it."""

from __future__ import annotations


class GuywireError(Exception):
    """Base of every error that Guywire raises on purpose."""


class Refused(GuywireError):
    """A request that is understood but not carried out.

    `code` is a stable word for programs (`not_found`, `conflict`, `invalid`, `forbidden`, ...), `reason` narrows it
    (`version_is_old`), `message` is one sentence for a person that says what to do next.
    """

    def __init__(self, code: str, reason: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.message = message

    def as_dict(self) -> dict[str, str]:
        """The body of an API error (design, section 4)."""
        return {"code": self.code, "reason": self.reason, "message": self.message}


def not_found(kind: str, key: str) -> Refused:
    """A refusal for something that does not exist."""
    return Refused("not_found", f"{kind}_not_found", f"There is no {kind} {key!r}. Check the id.")


def invalid(reason: str, message: str) -> Refused:
    """A refusal for input that cannot be right."""
    return Refused("invalid", reason, message)


def conflict(reason: str, message: str) -> Refused:
    """A refusal because somebody else got there first."""
    return Refused("conflict", reason, message)
