"""Who is silent, and what that means."""
