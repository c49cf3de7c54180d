"""Live things that are rebuilt after a restore: timers, pollers, child servers."""
