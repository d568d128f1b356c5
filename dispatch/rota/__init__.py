"""The rota: who is really on duty, over what the inventory's shifts say; swaps, certificates, assessments."""
