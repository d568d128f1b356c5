"""A storm over the live path: real datagrams, collector, correlator and PostgreSQL, from the wire to tickets."""
