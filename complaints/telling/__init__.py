"""Customers are told: what of their outage, by which ways, at which hours; sent beside the batches."""
