"""From a socket to a handler and back."""
