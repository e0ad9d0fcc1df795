"""Microsoft Graph over msgraph-sdk's adapter: answers come as bytes, short waits are waited, a long one is said."""

import asyncio
import re
import ssl
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec
from azure.core.exceptions import AzureError
from kiota_abstractions.method import Method
from kiota_abstractions.request_information import RequestInformation
from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
from kiota_http.middleware import RedirectHandler, UserAgentHandler
from kiota_http.middleware.options import ResponseHandlerOption
from msgraph_core import BaseGraphRequestAdapter, GraphClientFactory
from msgraph_core.middleware import GraphTelemetryHandler

from shared.methods import ApiVersion

if TYPE_CHECKING:
    from azure.core.credentials_async import AsyncTokenCredential

T = TypeVar("T")
BATCH_LIMIT: Final = 20
WORTH_ANOTHER_TRY: Final = frozenset({401, 429, 500, 502, 503, 504})
"""401 is here because a token can end between two calls; the credential fetches a new one near its end."""
UNAVAILABLE: Final = frozenset({401, 429, 503, 504})
"""Said of Graph as a whole, or of this caller; a lasting 500 or 502 may concern one method of one person alone."""
_SERVER_ERROR: Final = 500
_THROTTLED: Final = 429
_SOMEBODY: Final = re.compile(r"/users/[^/?]+")
_FURTHER: Final = re.compile(r"/(?P<version>v1\.0|beta)(?P<path>/.+)")


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One request to Graph; the path is relative to the version, and already percent-encoded."""

    method: Method = Method.GET
    path: str
    version: ApiVersion = "v1.0"
    body: Any = None
    headers: Mapping[str, str] = {}

    @property
    def place(self) -> str:
        """The path as a log may show it: without a person's name, and without what was searched for."""
        return _SOMEBODY.sub("/users/…", self.path.partition("?")[0])


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What Graph said."""

    status: int
    body: bytes
    request_id: str = ""
    retry_after: float | None = None
    """Seconds, where Graph says them."""
    repeated: bool = False
    """An earlier try had no answer, or a failing one: it may have taken effect all the same."""

    @property
    def ok(self) -> bool:
        """Whether Graph did what was asked."""
        return 200 <= self.status < 300  # noqa: PLR2004 - the classes of HTTP

    @property
    def error(self) -> "ErrorDetail":
        """What Graph says went wrong; of an answer in another shape, its first characters."""
        try:
            return _error_decoder.decode(self.body).error
        except msgspec.DecodeError:
            return ErrorDetail(code=f"HTTP {self.status}", message=self.body[:200].decode(errors="replace"))

    def unless_unavailable(self) -> "Answer":
        """Return this answer; raise GraphUnavailable where it says that Graph serves nobody now."""
        if self.status in UNAVAILABLE:
            raise GraphUnavailable(f"Graph answered {self.status} {self.error.code}", self.retry_after)
        return self

    def decoded(self, shape: type[T]) -> T:
        """Return the body as that type; raise GraphUnavailable if it is not readable as such."""
        try:
            return msgspec.json.decode(self.body, type=shape)
        except msgspec.DecodeError as error:
            raise GraphUnavailable(f"Graph sent an answer that cannot be read: {error}") from error


class ErrorDetail(msgspec.Struct, frozen=True):
    """An OData error."""

    code: str = ""
    message: str = ""


class _ErrorBody(msgspec.Struct, frozen=True):
    error: ErrorDetail


class _BatchAnswer(msgspec.Struct, frozen=True):
    id: str
    status: int
    headers: dict[str, str] = {}
    body: msgspec.Raw = msgspec.Raw(b"")


class _BatchAnswers(msgspec.Struct, frozen=True):
    responses: list[_BatchAnswer]


class GraphUnavailable(Exception):
    """Graph, or the way to its token, gave no usable answer within a short wait."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        """Seconds after which Graph wants to be asked again, where it said so."""


class Turns(Protocol):
    """Tells calls when they may be made, where there are so many that they would crowd out others."""

    @property
    def headers(self) -> Mapping[str, str]:
        """What every one of them says of itself."""

    async def turn(self, calls: Iterable[Call]) -> None:
        """Wait until these may be made. Raises GraphUnavailable."""

    def throttled(self, retry_after: float | None) -> None:
        """Take note that Graph throttles, and for how many seconds, where it says so."""


class _AtOnce:
    """No call waits for others."""

    headers: Mapping[str, str] = {}

    async def turn(self, calls: Iterable[Call]) -> None:
        pass

    def throttled(self, retry_after: float | None) -> None:
        pass


class _Waits:
    """The pauses of one call between its tries, which together stay a short wait."""

    def __init__(self, budget: float, sleep: Callable[[float], Awaitable[None]]) -> None:
        self._left = budget
        self._sleep = sleep
        self._next = 1.0

    async def pause(self, retry_after: float | None) -> bool:
        """Wait for what Graph asks for, or twice as long each time; return False where that is no short wait."""
        seconds = retry_after or self._next
        if seconds > self._left:
            return False
        await self._sleep(seconds)
        self._left -= seconds
        self._next *= 2
        return True


class Graph:
    """Sends calls to one Microsoft Graph in the name of one identity.

    The SDK's own retry middleware is left out: it sleeps for whatever Retry-After says, up to three minutes at a time,
    cannot see into a batch, and does not tell its caller that an earlier try may have taken effect. So is what reads
    and rewrites every call for features that are not used here, a twentieth of a reset's CPU.
    """

    def __init__(  # noqa: PLR0913 - most have defaults
        self,
        endpoint: str,
        credential: "AsyncTokenCredential",
        *,
        short_wait: float = 20.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        turns: Turns | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._credential = credential
        self._scope = f"{endpoint}/.default"
        self._short_wait = short_wait
        self._sleep = sleep
        self._now = now
        self._turns = turns or _AtOnce()
        self._transport: httpx.AsyncHTTPTransport | None = None
        self._adapter: BaseGraphRequestAdapter | None = None

    async def close(self) -> None:
        """Give the connections back."""
        if self._transport is not None:  # the SDK's wrapper around it has no close that would reach it
            await self._transport.aclose()

    async def send(self, call: Call) -> Answer:
        """Return Graph's answer, of whatever status, after waiting out what passes within a short wait.

        Raises GraphUnavailable when Graph is not there, or throttles for longer than that.
        """
        return await self._sent(call, (call,))

    async def _sent(self, call: Call, counted: Iterable[Call]) -> Answer:
        """Send a call when it is the turn of those that count: of a batch that is each of its members."""
        waits, repeated = _Waits(self._short_wait, self._sleep), False
        while True:
            await self._turns.turn(counted)
            try:
                answer = await self._once(call, repeated=repeated)
            except (httpx.HTTPError, AzureError) as error:
                if not await waits.pause(None):
                    raise GraphUnavailable(f"{call.method.value} {call.place} had no answer: {error!r}") from error
                repeated = True
                continue
            if answer.status not in WORTH_ANOTHER_TRY:
                return answer
            self._heed((answer,))
            if not await waits.pause(answer.retry_after):
                return answer.unless_unavailable()
            repeated = repeated or answer.status >= _SERVER_ERROR

    async def batch(self, version: ApiVersion, calls: Mapping[str, Call]) -> dict[str, Answer]:
        """Return Graph's answers to reads that go together, by their names.

        A member that Graph throttled is asked again with what else is left. Raises GraphUnavailable when one of them
        is still not answered after a short wait.
        """
        waits, answers = _Waits(self._short_wait, self._sleep), dict[str, Answer]()
        while True:
            answers |= await self._batch_once(version, {name: calls[name] for name in calls if name not in answers})
            self._heed(answers.values())
            passing = {name: answer for name, answer in answers.items() if answer.status in WORTH_ANOTHER_TRY}
            if len(answers) == len(calls) and not passing:
                return answers
            if not await waits.pause(max((answer.retry_after or 0.0 for answer in passing.values()), default=None)):
                if len(answers) < len(calls):
                    raise GraphUnavailable(f"Graph left {', '.join(set(calls) - set(answers))} out of a batch's answer")
                return {name: answer.unless_unavailable() for name, answer in answers.items()}
            answers = {name: answer for name, answer in answers.items() if name not in passing}

    async def _batch_once(self, version: ApiVersion, calls: Mapping[str, Call]) -> dict[str, Answer]:
        requests = [
            {
                "id": name,
                "method": call.method.value,
                "url": call.path,
                "headers": {**call.headers, **self._turns.headers},
            }
            for name, call in calls.items()
        ]
        batch = Call(method=Method.POST, path="/$batch", version=version, body={"requests": requests})
        answer = await self._sent(batch, calls.values())
        if not answer.ok:
            raise GraphUnavailable(f"Graph refused a batch: {answer.status} {answer.error.message}")
        return {part.id: self._part(part) for part in answer.decoded(_BatchAnswers).responses}

    def _heed(self, answers: Iterable[Answer]) -> None:
        for answer in answers:
            if answer.status == _THROTTLED:
                self._turns.throttled(answer.retry_after)

    def _part(self, part: _BatchAnswer) -> Answer:
        headers = {name.lower(): value for name, value in part.headers.items()}
        return Answer(
            status=part.status,
            body=bytes(part.body),
            request_id=headers.get("request-id", ""),
            retry_after=seconds_of(headers.get("retry-after"), self._now()),
        )

    async def _once(self, call: Call, *, repeated: bool) -> Answer:
        request = RequestInformation(call.method)
        request.url = f"{self._endpoint}/{call.version}{call.path}"
        for name, value in (*call.headers.items(), *self._turns.headers.items()):
            request.headers.add(name, value)
        if call.body is not None:
            request.set_stream_content(msgspec.json.encode(call.body), "application/json")
        request.add_request_options([ResponseHandlerOption(_AsItCame())])
        if self._adapter is None:
            self._adapter = self._connect()  # at the first call: its imports go on beside the ledger's first writes
        response: httpx.Response = await self._adapter.send_primitive_async(request, "bytes", {})
        return Answer(
            status=response.status_code,
            body=response.content,
            request_id=response.headers.get("request-id", ""),
            retry_after=seconds_of(response.headers.get("retry-after"), self._now()),
            repeated=repeated,
        )

    def _connect(self) -> BaseGraphRequestAdapter:
        self._transport = httpx.AsyncHTTPTransport(verify=trusted(ssl.get_default_verify_paths().capath))
        client = httpx.AsyncClient(transport=self._transport, timeout=httpx.Timeout(70, connect=10))
        middleware = [RedirectHandler(), UserAgentHandler(), GraphTelemetryHandler()]
        client = GraphClientFactory.create_with_custom_middleware(middleware, client=client)
        hosts = [urlsplit(self._endpoint).hostname or ""]
        provider = AzureIdentityAuthenticationProvider(self._credential, scopes=[self._scope], allowed_hosts=hosts)
        return BaseGraphRequestAdapter(provider, http_client=client)


def trusted(directory: str | None) -> ssl.SSLContext:
    """Return what to trust: the certificates of that directory, if they are laid out to be read one by one when needed.

    Otherwise httpx's own, which are all read at once: a twentieth of a cold start.
    """
    if directory and next(Path(directory).glob("*.0"), None):
        return ssl.create_default_context(capath=directory)
    return httpx.create_ssl_context()


class _AsItCame:
    """Hands the response on as the wire brought it: status, headers, bytes."""

    async def handle_response_async(self, response: httpx.Response, _error_map: object) -> httpx.Response:
        return response


_error_decoder: Final = msgspec.json.Decoder(_ErrorBody)


def further(link: str, headers: Mapping[str, str]) -> Call:
    """Return the call for the next page, from an absolute link of Graph's; headers are those of the first.

    Raises GraphUnavailable for a link that is none of Graph's addresses.
    """
    found = _FURTHER.search(link)
    if found is None:
        raise GraphUnavailable("Graph named a further page that is none of its addresses.")
    version: ApiVersion = "beta" if found["version"] == "beta" else "v1.0"
    return Call(path=found["path"], version=version, headers=headers)


def seconds_of(retry_after: str | None, now: datetime) -> float | None:
    """Return the seconds a Retry-After asks for, which may be a number or a date (RFC 9110, 10.2.3)."""
    if not retry_after:
        return None
    if retry_after.isdigit():
        return float(retry_after)
    try:
        return max(0.0, (parsedate_to_datetime(retry_after) - now).total_seconds())
    except ValueError:
        return None
