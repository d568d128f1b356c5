"""First profiles out of what others wrote of a device's traps: MIBs, OpenNMS events, snmptt.conf."""
