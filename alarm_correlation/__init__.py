"""The correlator: events from the stream become alarms, alarms become incidents, incidents become trouble tickets."""
