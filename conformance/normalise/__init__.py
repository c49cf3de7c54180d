"""Normalising: replace what cannot be equal by a typed, numbered placeholder, and only if it has AWS's shape."""
