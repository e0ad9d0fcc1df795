"""One call over HTTP on its way through a door: who calls, and what they send."""

import contextlib
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Final, TypeVar
from urllib.parse import parse_qsl, urlsplit

import azure.functions as func

from shared import contract
from shared.api import problem_details
from shared.api.problem_details import ProblemDetails
from shared.assembly import Premises
from shared.authority import Authority
from shared.caller import Caller, caller_of
from shared.roles import AppRole

E = TypeVar("E", bound=StrEnum)
_TAKES: Final = {
    Authority.AUDITOR: AppRole.AUDITOR,
    Authority.OPERATOR: AppRole.OPERATOR,
    Authority.PRIVILEGED_OPERATOR: AppRole.PRIVILEGED_OPERATOR,
}


class Refusal(Exception):
    """A call that is not done, with what its caller is told."""

    def __init__(self, details: ProblemDetails) -> None:
        super().__init__(details.detail)
        self.details = details


class Exchange:
    """What a door reads of a call. What is not as it has to be raises Refusal, which names it."""

    def __init__(
        self,
        request: func.HttpRequest,
        invocation_id: str,
        premises: Callable[[], Premises],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.request = request
        self.invocation_id = invocation_id
        self.now = now
        self._premises = premises

    @property
    def premises(self) -> Premises:
        """What the doors lead to. Raises SettingsError where it cannot be put together."""
        return self._premises()

    @cached_property
    def caller(self) -> Caller:
        """Who calls. Raises NotSignedInError."""
        settings = self.premises.settings
        return caller_of(
            self.headers, authentication_enabled=settings.authentication_enabled, tenant_id=settings.tenant_id
        )

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers; asked for by name, in whatever case."""
        headers: Mapping[str, str] = self.request.headers
        return headers

    def demand(self, authority: Authority) -> None:
        """Refuse whoever may not do as much; raise NotSignedInError where nobody has signed in."""
        if not self.caller.authority.covers(authority):
            detail = f"You are signed in, and that is not enough: this takes {_TAKES[authority]} or an equal role."
            raise Refusal(problem_details.LACKS_AUTHORITY.because(detail))

    # --- what stands in the address -----------------------------------------------------------------------------------

    def request_id(self) -> str:
        """Return the id of a request, from the path."""
        text: str = self.request.route_params["id"]
        if not contract.is_request_id(text):
            raise invalid("id", "can be no id of a request: that is 1 to 64 characters of A-Z a-z 0-9 . _ -.")
        return text

    def segment(self, name: str, longest: int) -> str:
        """Return a piece of the path that is plain text."""
        text: str = self.request.route_params[name].strip()
        if not text or len(text) > longest:
            raise invalid(name, f"is blank or too long; write 1 to {longest} characters.")
        return text

    def parameters(self, *known: str) -> "Parameters":
        """Return what stands behind the question mark; one that the door does not know is refused, not passed over.

        The host leaves out what is empty, which would turn a question into another one: the address still has it.
        """
        query = urlsplit(self.request.url).query
        given = dict(parse_qsl(query, keep_blank_values=True)) | dict(self.request.params)
        for name in given:
            if name not in known:
                raise invalid(clipped(name), f"is no parameter here; it takes {', '.join(known)}.")
        return Parameters(given)

    def person(self, name: str = "user") -> str:
        """Return the object id or user principal name in the path."""
        return person(name, self.request.route_params[name])

    def day(self) -> date:
        """Return the day in the path."""
        return day("day", self.request.route_params["day"])


class Parameters:
    """The query of an address. The host joins what is given twice with commas, which nothing here takes."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self._given = given

    def has(self, name: str) -> bool:
        """Return whether that is there."""
        return name in self._given

    def refuse(self, name: str, *, beside: str) -> None:
        """Refuse a parameter that says nothing beside another."""
        if name in self._given:
            raise invalid(name, f"says nothing beside {beside}; leave one of them out.")

    def text(self, name: str, longest: int) -> str | None:
        """Return a parameter as it stands."""
        text = self._given.get(name)
        if text is not None and len(text) > longest:
            raise invalid(name, f"is too long; write at most {longest} characters.")
        return text

    def required_text(self, name: str, longest: int) -> str:
        """Return a parameter that says something."""
        text = self.text(name, longest)
        if text is None or not text.strip():
            raise invalid(name, f"is missing or blank; write 1 to {longest} characters.")
        return text

    def day(self, name: str) -> date | None:
        """Return a day, which is one of UTC."""
        text = self._given.get(name)
        return None if text is None else day(name, text)

    def choice(self, name: str, values: type[E]) -> E | None:
        """Return one of a few words."""
        text = self._given.get(name)
        if text is None:
            return None
        try:
            return values(text)
        except ValueError:
            raise invalid(name, f"is '{clipped(text)}'; it takes one of {', '.join(values)}.") from None

    def person(self, name: str) -> str:
        """Return an object id or a user principal name that has to be there."""
        return person(name, self._given.get(name, ""))


_DAY: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_LONGEST_NAME: Final = 256
_QUOTED: Final = 60


def person(name: str, text: str) -> str:
    """Return an object id or a user principal name: whatever else it is does not become part of Graph's addresses."""
    if len(text) > _LONGEST_NAME or not re.match(contract.PERSON_PATTERN, text):
        raise invalid(name, "is neither an object id nor a user principal name.")
    return text


def day(name: str, text: str) -> date:
    """Return a day."""
    with contextlib.suppress(ValueError):
        if re.fullmatch(_DAY, text):
            return date.fromisoformat(text)
    raise invalid(name, f"is '{clipped(text)}'; it takes a day, like 2026-11-23.")


def invalid(field: str, problem: str) -> Refusal:
    """Return the refusal of a field, parameter or header."""
    return Refusal(problem_details.INVALID.because(f"'{field}' {problem}", field=field))


def clipped(text: str) -> str:
    """Return the beginning of a text of the caller's, for a sentence."""
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED]}…"
