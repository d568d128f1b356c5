"""Why an alarm hangs where it hangs, in words: sentences that the console knows by their form."""

from __future__ import annotations

from alarm_correlation.candidates import Candidate
from alarm_correlation.causes import Scope
from alarm_correlation.darkness import DARK
from alarm_correlation.records import Alarm, Inferred
from alarm_correlation.state import State, feed_named


def reason_of_rule(state: State, alarm: Alarm, found: Candidate) -> str:
    """By which step from cause to effect."""
    cause = state.alarms.get(found.node) or state.inferred[found.node]
    when = f"{alarm.alarm_type} {_apart(alarm, cause, found.rule.recovery)}"
    match found.rule.scope:
        case Scope.SITE:
            return f"{when} at the same site"
        case Scope.RESOURCE:
            return f"{when} on the same {alarm.identity.resource}"
        case Scope.DOWNSTREAM:
            return f"{when} on {cause.identity.resource} at {cause.site}, which cut this site off"
        case Scope.FAR_END:
            return f"{when} at {cause.site}, on the other end of this link"
        case Scope.LINK:
            return f"{when} at {cause.site}, the other end of the same link"
        case Scope.FEED:
            return f"{when} on power feed {feed_named(cause.identity)}"


def reason_of_inference(state: State, alarm: Alarm, node: str) -> str:
    """By what was inferred, or as a part of what the first alarm of its link tells."""
    if (root := state.inferred.get(node)) is None:
        first = state.alarms[node]
        when = f"{alarm.alarm_type} {_apart(alarm, first, recovery=False)}"
        if (first.site, first.identity.resource) == (alarm.site, alarm.identity.resource):
            return f"{when} on the same {alarm.identity.resource}"
        return f"{when} at {first.site}, the other end of the same link"
    if (feed := feed_named(root.identity)) is not None:
        return f"several sites on power feed {feed} lost mains at once"
    if root.alarm_type == DARK:
        return f"{root.site} and what depends on it fell silent at once"
    return f"what follows {root.alarm_type} came at once at this site"


def reason_of_root(root: Inferred) -> str:
    """Why something is taken to have happened that nobody reported."""
    if feed_named(root.identity) is not None:
        return f"{root.sites} sites on this feed lost mains together"
    if root.alarm_type == DARK:
        return f"{root.sites} sites at and around it fell silent together"
    return f"what follows {root.alarm_type} came at once at this site"


def in_words(seconds: float) -> str:
    """A time span for people: seconds below a minute and a half, then minutes, then hours."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _apart(alarm: Alarm, cause: Alarm | Inferred, recovery: bool) -> str:
    if recovery and cause.cleared_at is not None:
        return f"{in_words((alarm.raised_at - cause.cleared_at).total_seconds())} after {cause.alarm_type} had ended"
    seconds = (alarm.raised_at - cause.raised_at).total_seconds()
    return f"{in_words(abs(seconds))} {'before' if seconds < 0 else 'after'} {cause.alarm_type}"
