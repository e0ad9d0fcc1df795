"""A typed client of the control API, for tests, the demonstration and the benchmarks.

with ControlClient("http://127.0.0.1:8123") as tenant:
    tenant.turn(propagation_delay=10)
    tenant.fault("closeAfter", method="DELETE", path="*/phoneMethods/*")
    ...
    assert [entry.act for entry in tenant.journal()] == ["methodDeleted"]
"""

from collections.abc import Iterable
from typing import Any, Self, TypeVar
from urllib.parse import quote

import httpx
import msgspec

from local.tenant.audit_client import AuditClient
from local.tenant.faults import Effect, Fault
from local.tenant.journal import Entry
from local.tenant.mail import SentMail
from local.tenant.methods import Method
from local.tenant.switches import Switches
from local.tenant.trace import TracedCall

_Shape = TypeVar("_Shape")


class TrueDefault(msgspec.Struct, frozen=True, rename="camel"):
    """The default method: the preference, and the method that serves it."""

    preference: str
    method_id: str


class TruePerson(msgspec.Struct, frozen=True, rename="camel"):
    """A person as the tenant knows them, whatever Graph's lists still show."""

    id: str
    upn: str
    methods: tuple[Method, ...]
    default: TrueDefault | None
    per_user_mfa: str
    sessions_valid_from: str
    enabled: bool


class AppIdentity(msgspec.Struct, frozen=True, rename="camel"):
    """One of the desk's identities; `id` is its service principal's object id."""

    id: str
    client_id: str
    name: str


class EnterpriseApplication(msgspec.Struct, frozen=True, rename="camel"):
    """An enterprise application: its service principal's object id, its app id, its roles' ids by their values."""

    id: str
    app_id: str
    roles: dict[str, str]


class TenantFacts(msgspec.Struct, frozen=True):
    """What does not change: the tenant's id, its identities by key, its applications by name, everybody's name."""

    id: str
    name: str
    apps: dict[str, AppIdentity]
    people: tuple[str, ...]
    applications: dict[str, EnterpriseApplication]


class ControlClient:
    """One verb per thing that can be done; raises httpx.HTTPStatusError with the tenant's sentence when it cannot."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._http = httpx.Client(base_url=f"{self.url}/control", timeout=30)
        self.audit = AuditClient(self._do)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    # --- reading ---------------------------------------------------------------------------------------------------

    def facts(self) -> TenantFacts:
        """Return the tenant, its identities and its people."""
        return self._ask("GET", "/tenant", TenantFacts)

    def switches(self) -> Switches:
        """Return the switches as they are."""
        return self._ask("GET", "/switches", Switches)

    def journal(self) -> list[Entry]:
        """Every effect so far, in order."""
        return self._ask("GET", "/journal", list[Entry])

    def trace(self) -> list[TracedCall]:
        """Every Graph call so far, in the order in which they were answered."""
        return self._ask("GET", "/trace", list[TracedCall])

    def mails(self) -> list[SentMail]:
        """Every message that Graph accepted so far, in order."""
        return self._ask("GET", "/mails", list[SentMail])

    def person(self, who: str) -> TruePerson:
        """Return the truth about a person."""
        return self._ask("GET", _of(who), TruePerson)

    # --- changing --------------------------------------------------------------------------------------------------

    def reset(self) -> None:
        """Back to the seed: people, switches, faults, throttling, journal and trace."""
        self._do("POST", "/reset")

    def turn(self, **switches: Any) -> Switches:
        """Turn switches, by their Python names: `turn(latency=0.1, limits={"authentication": …})`."""
        return self._ask("PATCH", "/switches", Switches, {_camel(name): value for name, value in switches.items()})

    def advance(self, seconds: float) -> None:
        """Let time pass for the tenant; tokens keep to the wall clock."""
        self._do("POST", "/clock", {"advance": seconds})

    def fault(self, effect: Effect, **details: Any) -> Fault:
        """Add a failure; `details` are the fields of `faults.Fault`."""
        fault = Fault(effect=effect, **details)
        return self._ask("POST", "/faults", Fault, fault)

    def faults(self) -> list[Fault]:
        """Return the failures not yet spent."""
        return self._ask("GET", "/faults", list[Fault])

    def clear_faults(self) -> None:
        """No more failures."""
        self._do("DELETE", "/faults")

    def forget_trace(self) -> None:
        """Count calls from here."""
        self._do("DELETE", "/trace")

    def register(self, who: str, method: Method, *, actor: str = "person") -> Method:
        """Register a method as the person would, or an admin (`actor="admin:…"`); phones keep their fixed ids."""
        answer = self._do("POST", f"{_of(who)}/methods", {"method": method, "actor": actor})
        registered: Method = msgspec.json.decode(answer, type=Method)
        return registered

    def remove(self, who: str, method_id: str, *, actor: str = "person") -> None:
        """Remove a method past Graph's rules, as an administrator does in the portal."""
        self._do("DELETE", f"{_of(who)}/methods/{quote(method_id, safe='')}?actor={quote(actor)}")

    def revoke(self, who: str, *, actor: str) -> None:
        """End a person's sessions as somebody else than the desk."""
        self._do("POST", f"{_of(who)}/revoke", {"actor": actor})

    def reset_in_portal(self, who: str, *, admin: str) -> None:
        """Press the portal's button "Require re-register MFA" as an administrator, by their name."""
        self._do("POST", f"{_of(who)}/resets", {"admin": admin})

    def reset_by_app(self, who: str, *, app: str) -> None:
        """Delete all methods and end the sessions as a foreign application of this name does, call by call."""
        self._do("POST", f"{_of(who)}/resets", {"app": app})

    def change_person(self, who: str, *, per_user_mfa: str | None = None, enabled: bool | None = None) -> None:
        """Set the per-user MFA state or the account's, without a journal entry."""
        self._do("PATCH", _of(who), {"perUserMfa": per_user_mfa, "enabled": enabled})

    def add_people(self, count: int, methods: tuple[Method, ...] = ()) -> list[str]:
        """Add invented people and answer their user principal names."""
        return self._ask("POST", "/people", dict[str, list[str]], {"count": count, "methods": methods})["people"]

    def sign_in(self, user: str, scopes: Iterable[str] | None = None) -> str:
        """Return a token of a person, with these delegated permissions or with all."""
        body = {"user": user, "scopes": None if scopes is None else list(scopes)}
        return str(self._ask("POST", "/sign-ins", dict[str, Any], body)["accessToken"])

    def desk_sign_in(self, user: str) -> str:
        """Return a token with which a client calls the desk's API for a person."""
        return str(self._ask("POST", "/desk/access-tokens", dict[str, Any], {"user": user})["token"])

    def assign(  # noqa: PLR0913 - each says something else about one assignment
        self,
        role: str,
        principal: str,
        *,
        unit: str | None = None,
        eligible: bool = False,
        until: str | None = None,
        activated: bool = False,
    ) -> None:
        """Give a role to a person, group or app; `until` and `activated` are PIM's."""
        change = {"role": role, "principal": principal, "unit": unit, "eligible": eligible}
        self._do("POST", "/roles", {**change, "until": until, "activated": activated})

    def unassign(self, role: str, principal: str, *, unit: str | None = None, eligible: bool = False) -> None:
        """Take a role back."""
        self._do("DELETE", "/roles", {"role": role, "principal": principal, "unit": unit, "eligible": eligible})

    def assign_app_role(self, role: str, principal: str) -> None:
        """Give an app role, by its value, to a person or group."""
        self._do("POST", "/app-roles", {"role": role, "principal": principal})

    def unassign_app_role(self, role: str, principal: str) -> None:
        """Take an app role back."""
        self._do("DELETE", "/app-roles", {"role": role, "principal": principal})

    def join(self, circle: str, member: str, *, owner: bool = False) -> None:
        """Put somebody into a group or unit, or make them an owner."""
        self._do("POST", "/circles", {"circle": circle, "member": member, "owner": owner})

    def leave(self, circle: str, member: str, *, owner: bool = False) -> None:
        """Take somebody out of a group or unit, or off its owners."""
        self._do("DELETE", "/circles", {"circle": circle, "member": member, "owner": owner})

    def grant(self, app: str, permission: str) -> None:
        """Grant an app permission, from the app's next token on."""
        self._do("POST", "/permissions", {"app": app, "permission": permission})

    def withdraw(self, app: str, permission: str) -> None:
        """Withdraw an app permission; tokens already issued keep it."""
        self._do("DELETE", "/permissions", {"app": app, "permission": permission})

    # --- the wire --------------------------------------------------------------------------------------------------

    def _do(self, method: str, path: str, body: Any = None) -> bytes:
        content = None if body is None else msgspec.json.encode(body)
        response = self._http.request(method, path, content=content)
        if response.is_error:
            raise httpx.HTTPStatusError(response.text, request=response.request, response=response)
        return response.content

    def _ask(self, method: str, path: str, shape: type[_Shape], body: Any = None) -> _Shape:
        return msgspec.json.decode(self._do(method, path, body), type=shape)


def _of(who: str) -> str:
    return f"/people/{quote(who, safe='')}"


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)
