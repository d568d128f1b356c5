"""Surges of complaints: more calls than usual for a place and an hour suggest an outage that no device reports."""

from complaints.surges.policy import SurgePolicy

__all__ = ["SurgePolicy"]
