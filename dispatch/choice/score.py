"""Second step of a choice: what each pair of job and candidate is worth, all pairs at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from dispatch.model import Job
from dispatch.policy import ChoicePolicy

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_MINUTE = timedelta(minutes=1)
_NEVER = 1e9  # minutes: a deadline that nobody misses


@dataclass(frozen=True, slots=True)
class Demand:
    """What counts of the jobs, one place each: minutes of work, minutes from now to the deadline, and weights."""

    service: Floats
    deadline: Floats
    weight: Floats
    beside: Floats
    """What serving it is worth beside the down-time, as a share of the horizon."""


def demand(jobs: Sequence[Job], now: datetime, policy: ChoicePolicy) -> Demand:
    return Demand(
        np.array([job.service_minutes for job in jobs], dtype=float),
        np.array([(job.deadline - now) / _MINUTE if job.deadline else _NEVER for job in jobs], dtype=float),
        np.array([job.weight for job in jobs], dtype=float),
        np.array([policy.beside_down_time(job.priority) for job in jobs], dtype=float),
    )


def worth(jobs: Demand, arrive: Floats, policy: ChoicePolicy) -> Floats:
    """What each pair is worth; `arrive` is the minutes until each candidate (columns) could be at each job (rows).

    The weighted down-time that serving the job so avoids, against serving it a horizon from now, by the time that it
    takes. A job that is down, or about to be, counts fully; one whose deadline lies beyond the horizon only for what
    its priority is worth.
    """
    horizon = policy.horizon_hours * 60
    service, deadline = jobs.service[:, None], jobs.deadline[:, None]
    finish = arrive + service
    down_later = np.maximum(0, service + horizon - deadline)
    avoided = np.maximum(0, down_later - np.maximum(0, finish - deadline)) / horizon
    kept = (finish <= deadline) & (down_later > 0)
    gain = avoided + policy.deadline_worth * kept + jobs.beside[:, None]
    return np.asarray(jobs.weight[:, None] * gain / np.maximum(finish, 1.0) ** policy.exponent)
