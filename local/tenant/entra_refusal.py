"""Whom Entra does not let in."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.tenant.entities import Person


class SignInRefusedError(Exception):
    """Somebody may not sign in; the text begins with Entra's code for it."""


def refuse_disabled(person: Person) -> None:
    """Raise SignInRefusedError for an account that is disabled."""
    if not person.profile["accountEnabled"]:
        raise SignInRefusedError(f"AADSTS50057: The user account is disabled. ({person.upn})")


def refusing(route: Route) -> Route:
    """Return the same route; where it raises SignInRefusedError it answers 400 with the sentence."""

    async def endpoint(request: Request) -> Response:
        try:
            answer: Response = await route.endpoint(request)
        except SignInRefusedError as error:
            return JSONResponse({"error": str(error)}, 400)
        return answer

    return Route(route.path, endpoint, methods=list(route.methods or ()))
