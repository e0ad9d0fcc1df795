"""The tenant's side of the sign-in page: who there is, and what it says of somebody who signs in."""

from typing import Any

import httpx
import msgspec

from local.tenant.desk_people import DeskPerson


class SignInRefusedError(Exception):
    """The tenant does not let this person in; the text is its sentence."""


class TenantPeople:
    """Asks the tenant. Whatever it is asked raises httpx.HTTPError when nobody answers."""

    def __init__(self, url: str, http: httpx.AsyncClient) -> None:
        self._url = url
        self._http = http

    async def search(self, text: str) -> list[DeskPerson]:
        """Return the people who fit the text, all of them for an empty one."""
        answer = await self._http.get(f"{self._url}/people", params={"search": text})
        return msgspec.json.decode(answer.raise_for_status().content, type=list[DeskPerson])

    async def id_token(self, person_id: str) -> str:
        """Return the token that says who has signed in. Raises SignInRefusedError."""
        answer = await self._http.post(f"{self._url}/id-tokens", json={"user": person_id})
        if answer.is_client_error:
            raise SignInRefusedError(_told(answer))
        token: str = answer.raise_for_status().json()["token"]
        return token


def _told(answer: httpx.Response) -> str:
    document: dict[str, Any] = answer.json()
    return str(document["error"])
