"""Which technician for which job now: who can go, what each pair is worth, the best pairs of all, and why."""
