"""Replay: send a recording's requests to a target as raw HTTP, with the target's own values and fresh signatures."""
