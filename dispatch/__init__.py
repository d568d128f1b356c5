"""Needs in, work orders out: who goes where, soonest, and why not the others."""
