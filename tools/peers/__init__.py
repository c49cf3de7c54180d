"""Other emulators, installed apart from us and started for comparison: each in its own venv from a hashed lock.

Needs nothing but the standard library, so that any Python can run it before our own set-up is done.
"""
