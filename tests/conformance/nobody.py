"""A place where nobody answers: its port is held for as long as this process runs, and never listened on."""

import socket


def _held_port():
    held = socket.socket()
    held.bind(("127.0.0.1", 0))
    port = held.getsockname()[1]
    held.detach()  # kept open, and not to be complained about
    return port


NOBODY = f"http://127.0.0.1:{_held_port()}"
