"""Polling: devices asked for their sensors and standing alarms, on time, whatever other devices do."""
