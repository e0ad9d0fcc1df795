"""The tenant as one HTTP server: the control API, the token endpoint, and everything else is Graph."""

import secrets
import socket
import time
from collections.abc import Callable
from random import Random

import uvicorn
from starlette.routing import Mount, Route, Router
from starlette.types import ASGIApp

from local.tenant.clock import Clock
from local.tenant.control import Control
from local.tenant.control_delegation import Delegation
from local.tenant.managed_identity import ManagedIdentity
from local.tenant.permissions import DELEGATED, Permissions, read_catalogue
from local.tenant.seed import Seed
from local.tenant.service import Service
from local.tenant.tokens import Tokens
from local.tenant.wire import SeverableProtocol, Wire
from local.tenant.world import World

KEEP_ALIVE = 75


def application(
    seed: Seed, identity_header: str, *, wall: Callable[[], float] = time.time, random: Random | None = None
) -> ASGIApp:
    """Return the ASGI application of one tenant; `identity_header` is the secret of its token endpoint."""
    permissions, scopes = Permissions(read_catalogue()), Permissions(read_catalogue(DELEGATED))
    world = World(seed, Clock(wall), random or Random(), permissions, scopes)  # noqa: S311
    tokens = Tokens(secrets.token_bytes(32), seed.tenant.id, wall)
    return Router(
        [
            Route("/msi/token", ManagedIdentity(world, tokens, identity_header).token),
            Mount("/control", routes=[*Control(world).routes(), *Delegation(world, tokens).routes()]),
        ],
        redirect_slashes=False,
        default=Wire(Service(world, tokens)),
    )


def listen(host: str, port: int) -> socket.socket:
    """Return a bound socket; port 0 takes a free one."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    return listener


def server(app: ASGIApp) -> uvicorn.Server:
    """uvicorn, quiet and quick to stop."""
    config = uvicorn.Config(
        app,
        http=SeverableProtocol,
        lifespan="off",
        log_level="critical",
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=0,
    )
    return uvicorn.Server(config)
