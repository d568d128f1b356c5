"""What the response centre decides for regions and needs: pauses, needs kept in hand, emergencies."""
