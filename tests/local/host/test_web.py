"""HTTP functions in the local host."""

# ruff: noqa: ARG001 - the functions of an app take what their bindings give them

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import azure.functions as func
import httpx
import pytest

from local.host import functions, keys
from local.host.host import Host
from local.host.host_json import HostJson
from local.host.keys import Keys, KeysError
from local.host.web import Web

KEYS = Keys(master_key="master", function_keys={"default": "shared"}, keys_by_function={"secret": {"own": "only"}})


class Site:
    """An app with HTTP functions, and a client that calls it."""

    def __init__(self, folder: Path) -> None:
        self.app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
        self.settings: dict[str, str] = {}
        self.keys: Keys | None = None
        self.largest_body = 1000
        self._folder = folder
        self._host: Host | None = None

    async def call(self, method: str, path: str, **request: Any) -> httpx.Response:
        """Call the app, which starts with the first call."""
        host = self._host or self._start()
        web = Web(host.routes, host.invoker, host.admin, keys=self.keys, largest_body=self.largest_body)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(web), base_url="http://desk") as client:
            return await client.request(method, path, **request)

    async def stop(self) -> None:
        """Stop the app."""
        if self._host:
            await self._host.stop()

    def _start(self) -> Host:
        self._host = Host(HostJson(), self.settings, state_folder=self._folder)
        self._host.start(functions.index(self.app))
        return self._host


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """Return a site without functions."""
    empty = Site(tmp_path)
    yield empty
    await empty.stop()


@pytest.fixture
def requests(site: Site) -> list[func.HttpRequest]:
    """Return the requests that reached `/api/echo/{name?}`."""
    seen: list[func.HttpRequest] = []

    @site.app.route("echo/{name?}", methods=["GET", "POST"])
    async def echo(req: func.HttpRequest) -> func.HttpResponse:
        seen.append(req)
        return func.HttpResponse("ok")

    return seen


async def test_function_answers_on_its_route(site: Site) -> None:
    """Status, body, content type, headers and cookies are the function's."""

    @site.app.route("people/{id}")
    async def people(req: func.HttpRequest) -> func.HttpResponse:
        headers = {"ETag": "7", "Set-Cookie": "a=b; Path=/; HttpOnly"}
        return func.HttpResponse(req.route_params["id"], status_code=202, mimetype="text/csv", headers=headers)

    answer = await site.call("GET", "/api/people/ana")

    assert (answer.status_code, answer.text) == (202, "ana")
    assert (answer.headers["content-type"], answer.headers["etag"]) == ("text/csv; charset=utf-8", "7")
    assert answer.headers["set-cookie"] == "a=b; HttpOnly; Path=/"


async def test_sync_function_answers_too(site: Site) -> None:
    """A function that is not async runs in a thread; text is an answer."""

    @site.app.route("plain")
    def plain(req: func.HttpRequest) -> str:
        return "hello"

    answer = await site.call("GET", "/api/plain")

    assert (answer.text, answer.headers["content-type"]) == ("hello", "text/plain; charset=utf-8")


async def test_request_has_the_workers_shape(site: Site, requests: list[func.HttpRequest]) -> None:
    """Method, URL, route values, body and headers in lower case reach the function."""
    await site.call("POST", "/api/echo/ana?x=1&x=2&empty=", json={"a": 1}, headers={"X-Ticket": "7"})

    (request,) = requests
    assert (request.method, request.url) == ("POST", "http://desk/api/echo/ana?x=1&x=2&empty=")
    assert dict(request.route_params) == {"name": "ana"}
    assert dict(request.params) == {"x": "1,2"}
    assert request.get_json() == {"a": 1}
    assert request.headers["x-ticket"] == "7"
    assert all(name == name.lower() for name in request.headers)


async def test_repeated_header_is_joined(site: Site, requests: list[func.HttpRequest]) -> None:
    """Several values of a header come as one, with commas."""
    await site.call("GET", "/api/echo", headers=[("X-Tag", "a"), ("X-Tag", "b")])

    assert requests[0].headers["x-tag"] == "a,b"


async def test_platform_headers_of_callers_arrive(site: Site, requests: list[func.HttpRequest]) -> None:
    """Without App Service Authentication nothing keeps a caller from forging them: the app has to stand it."""
    await site.call("GET", "/api/echo", headers={"X-MS-CLIENT-PRINCIPAL": "forged"})

    assert requests[0].headers["x-ms-client-principal"] == "forged"


async def test_body_without_announced_length_is_empty(site: Site, requests: list[func.HttpRequest]) -> None:
    """The real host hands over only a body whose Content-Length it was told."""

    async def chunks() -> AsyncIterator[bytes]:
        yield b"hello"

    await site.call("POST", "/api/echo", content=chunks())

    assert requests[0].get_body() == b""


async def test_too_large_body_is_refused(site: Site, requests: list[func.HttpRequest]) -> None:
    """More than the limit is 413 and does not reach the function."""
    answer = await site.call("POST", "/api/echo", content=b"x" * 1001)

    assert answer.status_code == 413
    assert requests == []


@pytest.mark.parametrize(("method", "path"), [("GET", "/api/nowhere"), ("DELETE", "/api/echo"), ("GET", "/echo")])
async def test_no_route_is_404(site: Site, requests: list[func.HttpRequest], method: str, path: str) -> None:
    """Another path, a method that is not listed, and a missing prefix are not found."""
    assert (await site.call(method, path)).status_code == 404
    assert requests == []


async def test_first_route_that_fits_wins(site: Site) -> None:
    """Routes are tried in the order of the functions."""

    @site.app.route("x/{id:int}")
    async def number(req: func.HttpRequest) -> str:
        return "number"

    @site.app.route("x/{name}")
    async def name(req: func.HttpRequest) -> str:
        return "name"

    assert (await site.call("GET", "/api/x/7")).text == "number"
    assert (await site.call("GET", "/api/x/seven")).text == "name"


async def test_function_without_route_answers_by_its_name(site: Site) -> None:
    """The route is the function's name, and all methods are its."""

    @site.app.function_name("health")
    @site.app.route()
    async def _(req: func.HttpRequest) -> str:
        return str(req.method)

    assert (await site.call("PATCH", "/api/health")).text == "PATCH"


def _raise() -> object:
    raise RuntimeError("broken")


@pytest.mark.parametrize("result", [lambda: None, lambda: {"a": 1}, _raise], ids=["None", "dict", "exception"])
async def test_failure_is_500_without_a_body(site: Site, result: Callable[[], Any]) -> None:
    """An exception, and what no converter takes, is an empty 500."""

    @site.app.route("broken")
    async def broken(req: func.HttpRequest) -> func.HttpResponse:
        return result()  # type: ignore[no-any-return]  # that is the point

    answer = await site.call("GET", "/api/broken")

    assert (answer.status_code, answer.content) == (500, b"")


async def test_text_that_describes_an_answer_is_taken_for_one(site: Site) -> None:
    """A str that is a JSON object with a body is read as a whole answer, as the real host does."""

    @site.app.route("described")
    async def described(req: func.HttpRequest) -> str:
        return '{"body": {"a": 1}, "statusCode": 201, "headers": {"X-A": 1}}'

    answer = await site.call("GET", "/api/described")

    assert (answer.status_code, answer.json(), answer.headers["x-a"]) == (201, {"a": 1}, "1")


async def test_queue_output_of_an_http_function_that_fails_is_500(site: Site) -> None:
    """An output that cannot be written fails the request."""
    site.settings["Desk"] = (
        "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=AAAA;QueueEndpoint=http://127.0.0.1:1/a;"
    )

    @site.app.route("submit")
    @site.app.queue_output(arg_name="result", queue_name="out", connection="Desk")
    async def submit(req: func.HttpRequest, result: func.Out[str]) -> str:
        result.set("{broken}")
        return "accepted"

    assert (await site.call("POST", "/api/submit")).status_code == 500


@pytest.fixture
def secret_site(site: Site) -> Site:
    """Return a site whose functions ask for keys of each level."""
    levels = {"open": func.AuthLevel.ANONYMOUS, "secret": func.AuthLevel.FUNCTION, "master": func.AuthLevel.ADMIN}
    for name, level in levels.items():

        @site.app.function_name(name)
        @site.app.route(auth_level=level)
        async def _(req: func.HttpRequest) -> str:
            return "in"

    return site


@pytest.mark.parametrize(
    ("path", "key", "status"),
    [
        ("open", "", 200),
        ("open", "wrong", 200),
        ("secret", "", 401),
        ("secret", "wrong", 401),
        ("secret", "shared", 200),
        ("secret", "only", 200),
        ("secret", "master", 200),
        ("master", "shared", 401),
        ("master", "only", 401),
        ("master", "master", 200),
    ],
)
async def test_level_asks_for_its_key(secret_site: Site, path: str, key: str, status: int) -> None:
    """With keys, a level takes its own keys and the master key; otherwise 401 without a body."""
    secret_site.keys = KEYS

    answer = await secret_site.call("GET", f"/api/{path}", headers={"x-functions-key": key})

    assert (answer.status_code, answer.text) == (status, "in" if status == 200 else "")


async def test_key_may_stand_in_the_query(secret_site: Site) -> None:
    """`?code=` carries a key too; the header counts first."""
    secret_site.keys = KEYS

    assert (await secret_site.call("GET", "/api/secret?code=shared")).status_code == 200
    wrong = {"x-functions-key": "wrong"}
    assert (await secret_site.call("GET", "/api/secret?code=shared", headers=wrong)).status_code == 401


async def test_without_keys_nobody_is_asked(secret_site: Site) -> None:
    """On a laptop, as with Core Tools, every level is open."""
    assert (await secret_site.call("GET", "/api/master")).status_code == 200


@pytest.mark.parametrize(("key", "status"), [("", 404), ("shared", 404), ("master", 200)])
async def test_disabled_function_is_not_found_but_by_the_master_key(secret_site: Site, key: str, status: int) -> None:
    """A function switched off answers 404, except to the master key."""
    secret_site.keys = KEYS
    secret_site.settings["AzureWebJobs.open.Disabled"] = "1"

    assert (await secret_site.call("GET", "/api/open", headers={"x-functions-key": key})).status_code == status


async def test_status_tells_functions_and_errors(site: Site, requests: list[func.HttpRequest]) -> None:
    """`/admin/host/status` says that the host runs, what it runs and what did not start."""

    @site.app.timer_trigger(arg_name="timer", schedule="%WHEN%")
    async def sweep(timer: func.TimerRequest) -> None: ...

    answer = await site.call("GET", "/admin/host/status")

    assert answer.json() == {
        "state": "Running",
        "functions": ["echo"],
        "errors": {"sweep": "'%WHEN%' does not resolve to a value."},
    }


async def test_timer_can_be_run_now(site: Site) -> None:
    """`POST /admin/functions/<name>` runs a timer function, beside its schedule."""
    ran = asyncio.Event()

    @site.app.timer_trigger(arg_name="timer", schedule="0 0 0 1 1 *")
    async def yearly(timer: func.TimerRequest) -> None:
        ran.set()

    answer = await site.call("POST", "/admin/functions/yearly")

    assert answer.status_code == 202
    async with asyncio.timeout(5):
        await ran.wait()


@pytest.mark.parametrize(("name", "status"), [("nobody", 404), ("echo", 400)])
async def test_other_functions_are_not_run_so(
    site: Site, requests: list[func.HttpRequest], name: str, status: int
) -> None:
    """A function that is not there is not found, and one without a timer says so."""
    assert (await site.call("POST", f"/admin/functions/{name}")).status_code == status
    assert requests == []


@pytest.mark.parametrize(("key", "status"), [("shared", 401), ("master", 200)])
async def test_admin_asks_for_the_master_key(site: Site, key: str, status: int) -> None:
    """Where there are keys, the host's own routes take the master key alone."""
    site.keys = KEYS

    assert (await site.call("GET", "/admin/host/status", headers={"x-functions-key": key})).status_code == status


def test_keys_are_read_from_a_file(tmp_path: Path) -> None:
    """A keys file holds the master key and the others by name."""
    path = tmp_path / "keys.json"
    path.write_text('{"masterKey": "master", "functionKeys": {"default": "shared"}}')

    assert keys.read(path) == Keys(master_key="master", function_keys={"default": "shared"})


@pytest.mark.parametrize("text", [None, "{}", '{"masterKey": "m", "other": 1}'])
def test_unusable_keys_file_is_named(tmp_path: Path, text: str | None) -> None:
    """A file that is missing, or has other fields, is an error that names it."""
    path = tmp_path / "keys.json"
    if text is not None:
        path.write_text(text)

    with pytest.raises(KeysError, match=r"keys\.json"):
        keys.read(path)
