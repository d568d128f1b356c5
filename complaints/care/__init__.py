"""What becomes of a complaint: due times, promises, answers, call-backs, the end; decided purely, on cases."""
