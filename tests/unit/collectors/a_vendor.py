"""The head of a made-up vendor's profile, for tests that write sensors or tables behind it."""

from __future__ import annotations

HEAD = """name = "vendor"
description = "a vendor"
[names]
volts = "1.3.6.1.4.1.5.1"
limit = "1.3.6.1.4.1.5.2"
state = "1.3.6.1.4.1.5.3.1.1"
title = "1.3.6.1.4.1.5.3.1.2"
level = "1.3.6.1.4.1.5.3.1.3"
unit = "1.3.6.1.4.1.5.3.1.4"
digits = "1.3.6.1.4.1.5.3.1.5"
"""
EVERY_NAME = """
[[sensors]]
metric = "input-level"
oid = "level"
when = ["unit=none", "digits=none", "title=none", "state=none", "volts.0=none", "limit.0=none"]
"""
"""A sensor that uses every name, and is never read."""
