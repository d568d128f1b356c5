"""The response centre's own records: claims, handovers, announcements, situation reports, procedures, saved views."""
