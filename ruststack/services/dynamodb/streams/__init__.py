"""A table's stream: its state, what writes it and what reads it."""
