"""The whole way from a problem to a plan: numbers, routes, times, and a reason for each job that is on none."""

from __future__ import annotations

from dispatch.planning.committed import bind
from dispatch.planning.improve import More, draw_up
from dispatch.planning.left_out import left_out
from dispatch.planning.problem import Plan, Problem, Route, Stop
from dispatch.planning.routes import Routes
from dispatch.planning.world import World, world_of
from dispatch.policy import Policy

_ROUNDS = 3


def always() -> bool:
    """There is time left."""
    return True


def plan(problem: Problem, *, rounds: int = _ROUNDS, seed: int = 0, more: More = always) -> Plan:
    """Routes for the jobs, and a reason for each job that is on none.

    `rounds` says how often everybody's route is looked at again: each makes the plan better by less than the one
    before. `more` is asked now and then whether there is time left; once it says no, the plan so far is the answer.
    Without it the same problem always gives the same plan. Raises `ValueError` for a commitment or a matrix that does
    not match the problem.
    """
    world = bind(world_of(problem), problem)
    routes = draw_up(world, rounds, seed, more)
    return plan_of(routes, problem.policy)


def plan_of(routes: Routes, policy: Policy) -> Plan:
    """The routes as they stand, in the words of the problem."""
    world = routes.world
    out = ((one.technician_id, _stops(world, routes, at)) for at, one in enumerate(world.candidates))
    return Plan(tuple(Route(name, stops) for name, stops in out if stops), left_out(routes, policy))


def _stops(world: World, routes: Routes, one: int) -> tuple[Stop, ...]:
    held = routes.timed
    heads = [(head.job, head.begins, head.ends) for head in world.heads.get(one, ())]
    rest = zip(routes[one], held.begins[one].tolist(), held.free[one, 1:].tolist(), strict=False)
    return tuple(
        Stop(world.jobs[job].job_id, world.at(begins), world.at(ends)) for job, begins, ends in [*heads, *rest]
    )
