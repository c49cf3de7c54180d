"""Engines in other processes that stand in for a service's own; wired by app.py where the settings ask for one."""
