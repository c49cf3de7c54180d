"""Every service's state, by scope."""
