"""The control API's part about people who sign in, and about app roles.

POST   /control/sign-ins    {"user", "scopes"}: a token with which an app acts for this person, as if they had signed in
                            and consented to these delegated permissions (without scopes: to all that are simulated);
                            their active directory roles of this moment are in it; 400 for a disabled account
POST   /control/app-roles   {"role", "principal"}: an app role by its value; DELETE takes it back
See `desk_control` for people who sign in to the desk.
"""

from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from local.tenant import entra_claims, lookup
from local.tenant.control import read, route
from local.tenant.control_requests import AppRoleChange, SignIn
from local.tenant.entities import Application, AppRole
from local.tenant.entra_refusal import refuse_disabled, refusing
from local.tenant.lookup import UnknownNameError
from local.tenant.tokens import Consent, Tokens
from local.tenant.world import World


class Delegation:
    """The endpoints."""

    def __init__(self, world: World, tokens: Tokens) -> None:
        self._world = world
        self._tokens = tokens

    def routes(self) -> list[Route]:
        """Return the routes, to be mounted at /control."""
        return [
            refusing(route("/sign-ins", POST=self._sign_in)),
            route("/app-roles", POST=self._assign, DELETE=self._unassign),
        ]

    async def _sign_in(self, request: Request) -> dict[str, Any]:
        wanted = await read(request, SignIn)
        directory = self._world.directory
        person = lookup.person(directory, wanted.user)
        refuse_disabled(person)
        scopes = self._world.scopes.everything() if wanted.scopes is None else frozenset(wanted.scopes)
        audience = f"{request.url.scheme}://{request.url.netloc}"
        lifetime = self._world.switches.sign_in_lifetime
        consent = Consent(wanted.client_id, scopes, entra_claims.wids(directory, person))
        token, expires_on = self._tokens.issue_for(person, consent, audience, lifetime)
        return {"accessToken": token, "expiresOn": expires_on}

    async def _assign(self, request: Request) -> None:
        change = await read(request, AppRoleChange)
        application, role = self._role(change.role)
        principal_id = lookup.principal_id(self._world.directory, change.principal)
        self._world.directory.assign_app_role(application.id, role.id, principal_id, change.actor)

    async def _unassign(self, request: Request) -> None:
        change = await read(request, AppRoleChange)
        _, role = self._role(change.role)
        directory = self._world.directory
        principal_id = lookup.principal_id(directory, change.principal)
        for given in directory.app_role_assignments:
            if (given.role_id, given.principal_id) == (role.id, principal_id):
                directory.unassign_app_role(given, change.actor)
                return
        raise UnknownNameError(f"{change.principal!r} does not have {change.role!r}")

    def _role(self, value: str) -> tuple[Application, AppRole]:
        for application in self._world.directory.applications.values():
            for role in application.roles:
                if value in {role.value, role.id}:
                    return application, role
        raise UnknownNameError(f"There is no app role {value!r}")
