"""Recordings kept true: recorded again from the same kind of source, compared with what they were, and told."""
