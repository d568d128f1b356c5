"""Why a root is believed: what would have explained it, by the rules in force, and was not heard. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from alarm_correlation.causes import Causes, Scope

_MOST = 8


def unheard(causes: Causes, root: Mapping[str, Any]) -> list[dict[str, str]]:
    """`[{"alarm_type", "scope"}]`: the causes that the root's type could have, the strongest first.

    Had one of them been heard in its time and scope, the root would hang under it. So for a root that nobody reported
    only what speaks for a whole power feed counts; and one that an operator named needs no such proof.
    """
    if root["confirmed_by"]:
        return []
    inferred = root["kind"] == "inferred"
    rules = causes.by_effect.get(root["alarm_type"], ())
    found = [(rule.cause, rule.scope) for rule in rules if not inferred or rule.scope is Scope.FEED]
    return [{"alarm_type": cause, "scope": str(scope)} for cause, scope in dict.fromkeys(found)][:_MOST]
