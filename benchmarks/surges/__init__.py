"""Surges of complaints: how soon an outage that no device reports is suspected, and how often for nothing."""
