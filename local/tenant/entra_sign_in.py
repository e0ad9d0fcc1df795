"""Signing in to the desk: people with its sign-in page or with a command, applications as themselves."""

from typing import Any

from local.tenant import entra_claims
from local.tenant.entities import App, Application, Person
from local.tenant.entra_refusal import refuse_disabled
from local.tenant.entra_tokens import EntraTokens, Issued
from local.tenant.lookup import UnknownNameError
from local.tenant.world import World

DESK = "MFA Desk"
"""The name of the desk's enterprise application."""
SCOPE = "user_impersonation"
"""The delegated permission that App Service Authentication defines for an app's own API."""
AZURE_CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
"""The app id of the Azure CLI, with which an operator most likely asks for a token."""


class EntraSignIn:
    """Issues tokens whose audience is the desk's application; what they say is of this moment."""

    def __init__(self, world: World, tokens: EntraTokens) -> None:
        self._world = world
        self._tokens = tokens

    @property
    def desk(self) -> Application:
        """The desk's application; raises UnknownNameError where the seed has none."""
        for application in self._world.directory.applications.values():
            if application.name == DESK:
                return application
        raise UnknownNameError(f"There is no application called {DESK!r}; add it to the seed.")

    def application(self, resource: str) -> Application | None:
        """Return the application that a resource means: its app id, bare or behind `api://`."""
        applications = self._world.directory.applications.values()
        return next((each for each in applications if resource.removeprefix("api://") == each.client_id), None)

    def access_token(self, person: Person) -> Issued:
        """Return a token with which a client calls the desk's API for a person. Raises SignInRefusedError."""
        refuse_disabled(person)
        claims = entra_claims.of_person(self._world.directory, person, self.desk)
        client = {"azp": AZURE_CLI, "azpacr": "0", "scp": SCOPE}
        return self._issue({**claims, **client}, self.desk, self._world.switches.sign_in_lifetime)

    def id_token(self, person: Person) -> Issued:
        """Return what the desk's own sign-in page is given: no scope, nothing to call with. Raises as above."""
        refuse_disabled(person)
        claims = entra_claims.of_person(self._world.directory, person, self.desk)
        return self._issue(claims, self.desk, self._world.switches.sign_in_lifetime)

    def app_token(self, app: App, application: Application) -> Issued:
        """Return a token with which an application calls another's API as itself."""
        claims = entra_claims.of_app(self._world.directory, app, application)
        return self._issue(claims, application, self._world.switches.token_lifetime)

    def _issue(self, claims: dict[str, Any], application: Application, lifetime: int) -> Issued:
        # The audience of a version 2.0 token is always the bare app id, however the resource was written.
        return self._tokens.issue(claims, application.client_id, lifetime)
