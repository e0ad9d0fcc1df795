"""The tenant as one HTTP server: the control API, the token endpoints, Entra's keys, and everything else is Graph."""

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
from local.tenant.control_audit import AuditControl
from local.tenant.control_delegation import Delegation
from local.tenant.control_mail import MailControl
from local.tenant.desk_control import DeskControl
from local.tenant.entra_key import SigningKey
from local.tenant.entra_metadata import Metadata
from local.tenant.entra_sign_in import EntraSignIn
from local.tenant.entra_tokens import EntraTokens
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
    return serving(world, identity_header, SigningKey())


def serving(world: World, identity_header: str, key: SigningKey) -> ASGIApp:
    """Return the ASGI application of a tenant in this state, which signs with this key."""
    tenant_id, wall = world.seed.tenant.id, world.clock.wall
    tokens, entra_tokens = Tokens(secrets.token_bytes(32), tenant_id, wall), EntraTokens(key, tenant_id, wall)
    entra = EntraSignIn(world, entra_tokens)
    control = (
        Control(world),
        AuditControl(world),
        Delegation(world, tokens),
        DeskControl(world, entra),
        MailControl(world),
    )
    return Router(
        [
            Route("/msi/token", ManagedIdentity(world, tokens, entra, identity_header).token),
            Mount("/control", routes=[each for part in control for each in part.routes()]),
            *Metadata(tenant_id, key, entra_tokens).routes(),
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
