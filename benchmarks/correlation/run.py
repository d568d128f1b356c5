"""One seed from storm to scores, and many of them over several processes."""

from __future__ import annotations

from typing import NamedTuple

from benchmarks.correlation import baselines, correlator, oracle
from benchmarks.correlation.family import Family
from benchmarks.correlation.scores import StormScore, score
from benchmarks.correlation.storm import Storm, make_storm
from benchmarks.correlation.truth import deserves_ticket
from benchmarks.correlation.verdict import Verdict
from benchmarks.correlation.worst import Story, stories


class Job(NamedTuple):
    """`sites` and `faults` fix what the seed would draw; `compare` adds the baselines, `worst` the costliest faults."""

    family: Family
    seed: int
    sites: int | None = None
    faults: int | None = None
    compare: bool = True
    worst: int = 0
    kind: str = ""


class Outcome(NamedTuple):
    """`truths`: how many faults there were, of how many anything was heard, and how many of these deserve a ticket."""

    seed: int
    scores: list[StormScore]
    truths: tuple[int, int, int]
    stories: list[Story]


def run(job: Job) -> Outcome:
    storm = make_storm(job.family, job.seed, job.sites, job.faults)
    verdict = correlator.judge(storm)
    own = _scored(storm, verdict)
    scores = [own, _scored(storm, oracle.judge(storm.truth))]
    if job.compare:
        scores += [_scored(storm, other) for other in baselines.judge(storm)]
    heard = storm.truth.heard_of()
    deserving = sum(deserves_ticket(storm.truth.faults[number], alarms) for number, alarms in heard.items())
    told = stories(storm, verdict, own, job.kind)[: job.worst] if job.worst else []
    return Outcome(job.seed, scores, (len(storm.truth.faults), len(heard), deserving), told)


def _scored(storm: Storm, verdict: Verdict) -> StormScore:
    sites = len(storm.province.inventory.sites)
    return score(storm.family, storm.seed, sites, storm.truth, verdict)
