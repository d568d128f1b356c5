"""How well the correlator finds the true faults of simulated storms, beside simpler ways and an observer who knows."""
