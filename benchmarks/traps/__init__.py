"""Trap reception side by side: this project's collector, net-snmp's snmptrapd and pysnmp, fed the same datagrams."""
