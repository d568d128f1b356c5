"""Customers' complaints, linked to the outages that explain them. Public: what the faces may ask."""

from complaints.care import policy as care_policy
from complaints.care.inspecting import shown_items
from complaints.find import digits_of
from complaints.outage import outage_context, outage_of
from complaints.policy import Policy, policy_file, shipped_policy
from complaints.tracking import complaint_of_token, tracked, tracking_path

__all__ = [
    "Policy",
    "care_policy",
    "complaint_of_token",
    "digits_of",
    "outage_context",
    "outage_of",
    "policy_file",
    "shipped_policy",
    "shown_items",
    "tracked",
    "tracking_path",
]
