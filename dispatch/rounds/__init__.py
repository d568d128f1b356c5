"""Preventive rounds: what is due at which site, planned into quiet time; the silence a visit works under; findings."""
