"""Generators as a resource: machines and where they are, which site needs which, and the proof of their runs."""
