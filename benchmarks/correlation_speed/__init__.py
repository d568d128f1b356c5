"""How fast the correlator is: the pure engine by itself, and the whole cycle over a real database."""
