"""Routes for many jobs at once: a problem goes in, a plan comes out; one urgent job more finds its place. Pure."""

from dispatch.planning.planner import always, plan
from dispatch.planning.running import Inserted, Running, insert, running

__all__ = ["Inserted", "Running", "always", "insert", "plan", "running"]
