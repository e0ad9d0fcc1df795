"""An application that calls the tenant's Graph over HTTP, as plainly as possible."""

import json
from typing import Any

import httpx

from local.tenant.control_client import ControlClient
from tests.fixtures.tenant import Tenant

ADELE = "adele.vance@contoso.com"
DIEGO = "diego.siciliani@contoso.com"
SAM = "sam.everything@contoso.com"
PATTI = "patti.fernandez@contoso.com"
MIRIAM = "miriam.graham@contoso.com"
KIM = "kim.akers_fabrikam.example%23EXT%23@contoso.com"

MOBILE = "3179e48a-750b-4051-897c-87b9720928f7"
ALTERNATE = "b6332ec1-7057-4abe-9331-3d72feddfe41"
PASSWORD = "28c10230-6103-485e-b985-444c60001490"  # noqa: S105  # an id, the same for everybody

EVENTUAL = {"ConsistencyLevel": "eventual"}


class Graph:
    """Calls with one token, over connections that outlive it."""

    def __init__(self, http: httpx.Client, url: str, token: str) -> None:
        self.http = http
        self.url = url
        self.token = token

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """One call to a path, or to the whole URL of a next page; `headers` by their names."""
        content = b"" if body is None else json.dumps(body).encode()
        return self.send(method, path, content, **headers)

    def send(self, method: str, path: str, content: bytes, **headers: str) -> httpx.Response:
        """One call with any body."""
        url = path if path.startswith("http") else f"{self.url}{path}"
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"} | headers
        return self.http.request(method, url, content=content, headers=headers)

    def get(self, path: str, **headers: str) -> Any:
        """Read the JSON of a call that must succeed."""
        response = self.call("GET", path, **headers)
        assert response.status_code == 200, response.text
        return response.json()

    def methods(self, who: str, version: str = "v1.0") -> list[str]:
        """List the ids of somebody's methods as Graph shows them."""
        return [method["id"] for method in self.get(f"/{version}/users/{who}/authentication/methods")["value"]]

    def delete(self, who: str, segment: str, method_id: str = "", version: str = "v1.0") -> httpx.Response:
        """Delete one method."""
        path = f"/{version}/users/{who}/authentication/{segment}"
        return self.call("DELETE", f"{path}/{method_id}" if method_id else path)

    def batch(self, *requests: dict[str, Any], version: str = "v1.0") -> dict[str, dict[str, Any]]:
        """Send a batch and answer its responses by id."""
        response = self.call("POST", f"/{version}/$batch", {"requests": requests})
        assert response.status_code == 200, response.text
        return {each["id"]: each for each in response.json()["responses"]}


def error(response: httpx.Response) -> tuple[int, str, str]:
    """Boil a refusal down to its status, code and message."""
    body = response.json()["error"]
    return response.status_code, body["code"], body["message"]


def ids_of(control: ControlClient, who: str) -> dict[str, str]:
    """Map the kinds of somebody's registered methods to their ids; the last of a kind wins."""
    return {str(method.__struct_config__.tag): method.id for method in control.person(who).methods}


def graph_as(http: httpx.Client, tenant: Tenant, client_id: str) -> Graph:
    """Call Graph as one of the tenant's identities, with a new token."""
    return Graph(http, tenant.url, token(http, tenant, client_id))


def token(http: httpx.Client, tenant: Tenant, client_id: str) -> str:
    """Ask the token endpoint, as an app on App Service does."""
    query = {"api-version": "2019-08-01", "resource": tenant.url, "client_id": client_id}
    response = http.get(tenant.identity_endpoint, params=query, headers={"X-IDENTITY-HEADER": tenant.identity_header})
    return str(response.json()["access_token"])
