"""Pure building blocks: no sockets, no AWS wire formats, no service behaviour."""
