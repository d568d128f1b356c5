"""Notices reach people: what the board decided to tell is sent, beside the batches and never in their way."""
