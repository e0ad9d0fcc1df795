"""The token endpoint of App Service, protocol version 2019-08-01 (App Service documentation, managed identities)."""

from hmac import compare_digest
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse

from local.tenant.entities import App
from local.tenant.entra_sign_in import EntraSignIn
from local.tenant.tokens import Tokens, audiences
from local.tenant.world import World

API_VERSION = "2019-08-01"


class ManagedIdentity:
    """GET /msi/token: a token for the user-assigned identity that `client_id` names, for Graph or for the desk."""

    def __init__(self, world: World, tokens: Tokens, entra: EntraSignIn, identity_header: str) -> None:
        self._world = world
        self._tokens = tokens
        self._entra = entra
        self._identity_header = identity_header

    async def token(self, request: Request) -> JSONResponse:
        """401 for a wrong header, 400 for anything else that is not right, as the platform answers."""
        query = request.query_params
        if not compare_digest(request.headers.get("x-identity-header", "").encode(), self._identity_header.encode()):
            return self._refused(401, "X-IDENTITY-HEADER is missing or wrong")
        if query.get("api-version") != API_VERSION:
            return self._refused(400, f"The api-version must be {API_VERSION}")
        app = self._world.directory.apps.get(query.get("client_id", ""))
        if app is None:
            return self._refused(400, "No User Assigned or Delegated Managed Identity found for specified ClientId")
        resource = query.get("resource", "")
        issued = self._issued(app, resource, f"{request.url.scheme}://{request.url.netloc}")
        if issued is None:
            return self._refused(
                400,
                f"AADSTS500011: The resource principal named {resource} was not found in the tenant named "
                f"{self._world.directory.tenant.name}.",
            )
        token, expires_on = issued
        return JSONResponse(
            {
                "access_token": token,
                "expires_on": str(expires_on),
                "resource": resource,
                "token_type": "Bearer",
                "client_id": app.client_id,
            }
        )

    def _issued(self, app: App, resource: str, origin: str) -> tuple[str, int] | None:
        if resource in audiences(origin):
            return self._tokens.issue(app, resource, self._world.switches.token_lifetime)
        if application := self._entra.application(resource):
            issued = self._entra.app_token(app, application)
            return issued.token, issued.expires_on
        return None

    def _refused(self, status: int, message: str) -> JSONResponse:
        correlation = str(UUID(int=self._world.random.getrandbits(128), version=4))
        return JSONResponse({"statusCode": status, "message": message, "correlationId": correlation}, status)
