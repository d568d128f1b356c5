"""Customers' complaints, linked to the outages that explain them. Public: what the faces may ask."""

from complaints.outage import outage_context, outage_of
from complaints.policy import Policy, policy_file, shipped_policy

__all__ = ["Policy", "outage_context", "outage_of", "policy_file", "shipped_policy"]
