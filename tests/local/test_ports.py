"""Ports of the stand."""

import socket

from local import ports


def test_free_port_is_taken_as_usual() -> None:
    """The usual port is used while nobody listens there."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    assert ports.usual_or_any(port) == port


def test_taken_port_gives_any() -> None:
    """A port in use becomes 0, any free one."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert ports.usual_or_any(taken.getsockname()[1]) == 0
