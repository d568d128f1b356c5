"""Device profiles: what a make of device means by its traps and by the values that it is polled for."""
