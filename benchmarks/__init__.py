"""Benchmarks: `make bench` runs each module; figures are for comparing on one machine, never asserted in tests."""
