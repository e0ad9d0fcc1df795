"""What can happen in a schedule: what people ask for, and what goes wrong meanwhile."""

from typing import Literal

import msgspec

from local.tenant.faults import Fault

Way = Literal["queue", "http", "httpAsync"]
Kind = Literal["phone", "softwareOath", "microsoftAuthenticator"]


class _Step(msgspec.Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """One thing that happens."""


class Ask(_Step, frozen=True):
    """Somebody asks; over HTTP the call is made with the next Work, beside the queue."""

    id: str
    way: Way
    by: str
    user: str
    actions: tuple[str, ...]
    methods: str | tuple[str, ...] = "portal"
    per_user_mfa: str | None = None
    dry_run: bool = False
    nameless: bool = False
    """Without an id of its own, where it comes by the queue."""


class AskMany(_Step, frozen=True):
    """Somebody asks over HTTP for the same to be done to several people; the call is made with the next Work."""

    id: str
    by: str
    users: tuple[str, ...]
    actions: tuple[str, ...]
    dry_run: bool = False


class Intervene(_Step, frozen=True):
    """Somebody pauses, resumes or cancels whatever bulk requests there are, so far into the next Work."""

    by: str
    verb: Literal["pause", "resume", "cancellation"]
    after: int
    """Turns of the event loop."""


class Garbage(_Step, frozen=True):
    """A message that is no request."""

    message: str


class Decide(_Step, frozen=True):
    """Somebody decides whatever waits for a decision."""

    by: str
    verdict: Literal["approval", "rejection"]


class Register(_Step, frozen=True):
    """A person registers a method; `moment`: after so many further steps of the desk's, in the middle of them."""

    who: str
    kind: Kind
    number: int
    """Tells one phone number from another."""
    moment: int | None = None


class AroundTheDesk(_Step, frozen=True):
    """Somebody resets a person without the desk: an administrator in the portal, or a foreign application."""

    who: str
    by: Literal["portal", "app"]
    moment: int | None = None


class Leave(_Step, frozen=True):
    """Somebody is taken out of the service desk's group, and may ask for nothing from then on."""

    who: str
    moment: int | None = None


class Wait(_Step, frozen=True):
    """Time passes."""

    seconds: int


class Work(_Step, frozen=True):
    """The host hands out all that is to be seen on the queues, all at once."""

    instances: Literal[1, 2] = 1
    doubled: bool = False
    """Each message is delivered a second time while the first delivery is under way."""


class Timer(_Step, frozen=True):
    """A timer trigger fires, on this instance."""

    name: Literal["sweep", "harvest", "dailyReport"]
    instance: int = 0


class GraphFails(_Step, frozen=True):
    """Graph, or the way to it, fails for some calls to come."""

    fault: Fault


class StorageFails(_Step, frozen=True):
    """The storage account fails: before or after the effect of a request, once or for a while."""

    where: Literal["tables", "queues"]
    after: bool
    skip: int
    times: int


class Crash(_Step, frozen=True):
    """An instance dies after so many further moments, each of them before or after an awaited call."""

    instance: int
    moments: int


class Skew(_Step, frozen=True):
    """The clock of an instance jumps, by so many seconds from the true time."""

    instance: int
    seconds: int


class AuditDelay(_Step, frozen=True):
    """From now on events show in the audit log so many seconds late."""

    seconds: int


Step = (
    Ask
    | AskMany
    | Intervene
    | Garbage
    | Decide
    | Register
    | AroundTheDesk
    | Leave
    | Wait
    | Work
    | Timer
    | GraphFails
    | StorageFails
    | Crash
    | Skew
    | AuditDelay
)


class Schedule(msgspec.Struct, frozen=True):
    """Steps in their order, and the seed of which they were made."""

    seed: int
    steps: tuple[Step, ...]
    second_person: Literal["queue", "always"] = "queue"
