"""The wire: SNMP traps and informs become alarm events, kept in a durable spool until the correlator has them."""
