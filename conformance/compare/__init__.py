"""Comparing: two answers become a list of mismatches, and those a verdict. Nothing here opens a socket."""
