"""The face for phones: what a technician sees and does, on its own port because it faces the internet."""
