"""A storm of two days, dispatched by several policies over the same seeded world."""
