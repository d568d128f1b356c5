"""SNMPv3 notifications, from the datagram to the trap inside, by the User-based Security Model (RFC 3414)."""
