"""What contradicts a run, purely: by the alarms of its site, its machine, its meter and the machine's other runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from dispatch.generators.model import Flag, Machine, Run
from dispatch.generators.policy import Proof
from dispatch.model import Interval

_MINUTE = timedelta(minutes=1)


def flags_of(
    run: Run,
    machine: Machine | None,
    off: Sequence[Interval],
    ran: Sequence[Interval],
    others: Iterable[Run],
    proof: Proof,
    now: datetime,
) -> tuple[Flag, ...]:
    """Every contradiction, the same whenever it is asked of the same facts.

    `off` is when the site was without mains, `ran` when it said itself that its generator ran; both sorted and
    disjoint. `others` are other runs of the same machine.
    """
    until = run.stopped_at or now
    found = [*_against_alarms(run, until, off, ran, proof), *_overlaps(run, until, others, now)]
    if until - run.started_at > timedelta(hours=proof.longest_hours):
        hours = (until - run.started_at) / timedelta(hours=1)
        found.append(
            Flag("too_long", f"运行 {hours:.0f} 小时，过长", f"it ran for {hours:.0f} h, which is hardly true")
        )
    if run.stopped_at:
        found += [*_against_meter(run, proof), *_against_fuel(run, machine, proof)]
        if proof.wants_photo and not run.photos:
            found.append(Flag("no_photo", "没有照片", "there is no photo of it"))
    return tuple(found)


def minutes_outside(run: Interval, covers: Sequence[Interval]) -> float:
    """How much of the run no cover covers; covers are disjoint."""
    covered = (min(run.end, one.end) - max(run.start, one.start) for one in covers)
    return (run.end - run.start - sum((one for one in covered if one > timedelta()), timedelta())) / _MINUTE


def joined(intervals: Iterable[Interval]) -> list[Interval]:
    """The same time, sorted and disjoint."""
    found: list[Interval] = []
    for one in sorted(intervals):
        if found and one.start <= found[-1].end:
            found[-1] = Interval(found[-1].start, max(found[-1].end, one.end))
        elif one.start < one.end:
            found.append(one)
    return found


def _against_alarms(
    run: Run, until: datetime, off: Sequence[Interval], ran: Sequence[Interval], proof: Proof
) -> Iterator[Flag]:
    span = Interval(run.started_at, until)
    beyond = minutes_outside(span, off)
    if beyond > proof.mains_minutes:
        whole = not any(one.start < until and run.started_at < one.end for one in off)
        yield (
            Flag("mains_was_on", "期间没有停电告警", "no alarm says that mains was off then")
            if whole
            else Flag(
                "longer_than_mains_off",
                f"比停电时间长 {beyond:.0f} 分钟",
                f"it ran {beyond:.0f} min longer than mains was off",
            )
        )
    if ran and run.stopped_at and (silent := minutes_outside(span, ran)) > proof.genset_minutes:
        yield Flag(
            "longer_than_genset_ran",
            f"比站点上报的油机运行时间长 {silent:.0f} 分钟",
            f"it is {silent:.0f} min longer than the site says that a generator ran",
        )


def _overlaps(run: Run, until: datetime, others: Iterable[Run], now: datetime) -> Iterator[Flag]:
    for other in sorted(others, key=lambda one: (one.started_at, one.run_id)):
        same = other.run_id != run.run_id and other.generator_id == run.generator_id
        if same and run.started_at < (other.stopped_at or now) and other.started_at < until:
            yield Flag(
                "overlaps",
                f"同一油机当时也在 {other.site_id} 运行（{other.run_id}）",
                f"the same machine ran at {other.site_id} then ({other.run_id})",
            )


def _against_meter(run: Run, proof: Proof) -> Iterator[Flag]:
    if run.meter_hours is None:
        return
    allowed = max(run.clock_hours * proof.meter_share, proof.meter_minutes / 60)
    if abs(run.meter_hours - run.clock_hours) > allowed:
        yield Flag(
            "meter_differs",
            f"计时表 {run.meter_hours:.1f} 小时，起止时间 {run.clock_hours:.1f} 小时",
            f"{run.meter_hours:.1f} h by the meter, and {run.clock_hours:.1f} h from start to stop",
        )


def _against_fuel(run: Run, machine: Machine | None, proof: Proof) -> Iterator[Flag]:
    if machine is None or not machine.litres_per_hour:
        return
    hours = run.clock_hours if run.meter_hours is None else min(run.meter_hours, run.clock_hours)
    most = machine.litres_per_hour * max(hours, 0.0) * proof.fuel_factor
    if run.fuel_litres > most:
        yield Flag(
            "fuel_beyond",
            f"用油 {run.fuel_litres:.1f} 升，最多应为 {most:.1f} 升",
            f"{run.fuel_litres:.1f} l of fuel, where {most:.1f} l would be the most",
        )
