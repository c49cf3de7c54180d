"""Bytes to dict and back: one compiled closure per shape."""
