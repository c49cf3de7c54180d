"""Runs the shell steps of GitHub workflows on this machine, as a runner would: nothing in them is left untried."""
