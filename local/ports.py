"""Ports of the stand: the usual one where it is free, any free one otherwise."""

import socket

ANY = 0


def usual_or_any(port: int) -> int:
    """Return the port when nobody listens on it, and 0, which stands for any free one, when somebody does."""
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return ANY
    return port
