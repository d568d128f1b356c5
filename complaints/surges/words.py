"""What is said of a suspected outage, in Chinese and English."""

from __future__ import annotations

from datetime import timedelta

from complaints.surges.model import Cleared, Rise, Suspicion
from guywire.chinese import joined

_NAMED = 5


def reason(rise: Rise, beyond: str) -> dict[str, str]:
    """Why an outage is suspected: `{"zh", "en"}`, one sentence each."""
    zh = f"{rise.minutes} 分钟内 {rise.observed} 位用户申告，平时约 {rise.expected:.2g} 位；涉及 {_sites(rise)}"
    en = f"{rise.observed} customers in {rise.minutes} min where {rise.expected:.2g} are usual; about {_sites(rise)}"
    if rise.tenant:
        zh, en = joined(f"{zh}，均为", rise.tenant, "用户"), f"{en}; all of {rise.tenant}"
    if beyond:
        zh, en = joined(f"{zh}，超出故障", beyond, "的已知范围"), f"{en}; beyond the known extent of {beyond}"
    return {"zh": zh, "en": en}


def details(one: Suspicion) -> dict[str, str]:
    """What the alarm carries along, as text."""
    rise = one.rise
    return {
        "suspicion": one.suspicion_id,
        "reason_zh": reason(rise, one.beyond)["zh"],
        "observed": str(rise.observed),
        "expected": f"{rise.expected:.3g}",
        "minutes": str(rise.minutes),
        "once_in_months": f"{10**rise.score:.3g}",
        "sites": " ".join(rise.sites),
        "beyond": one.beyond,
    }


def cleared(done: Cleared) -> str:
    """Why nothing is suspected any more."""
    if done.incident:
        return f"{done.incident} is known there now"
    lasted = (done.suspicion.evident_at - done.suspicion.rise.since) / timedelta(minutes=1)
    return f"calls are as usual again; they were more for {lasted:.0f} min"


def _sites(rise: Rise) -> str:
    more = len(rise.sites) - _NAMED
    return " ".join(rise.sites[:_NAMED]) + (f" +{more}" if more > 0 else "")
