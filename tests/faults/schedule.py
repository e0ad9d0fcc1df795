"""A schedule: what people ask for and what goes wrong meanwhile, made of a seed and of nothing else."""

from random import Random
from typing import Final, Literal

import msgspec

from local.tenant.faults import Effect, Fault
from tests.faults.cast import ASKING, AT_THE_DESK, CALLING, NESTOR, PATTI, STANDARD, TARGETS

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


_CHANGES: Final = (
    "*/phoneMethods/*",
    "*/softwareOathMethods/*",
    "*/microsoftAuthenticatorMethods/*",
    "*/revokeSignInSessions",
    "*/authentication/requirements",
    "*/deactivate",
)
_ANY: Final = "*"
_READS: Final = ("*/$batch", "*/authentication/methods", "*/users/*", "*/directoryAudits*")
_ACTIONS: Final = (
    ("requireReregistration", "revokeSessions"),
    ("requireReregistration", "revokeSessions"),
    ("requireReregistration",),
    ("revokeSessions",),
    ("setPerUserMfa",),
    ("requireReregistration", "revokeSessions", "setPerUserMfa"),
)
_GARBAGE: Final = ("no request at all", "{}", '{"user":', '{"id":"a/b","user":"x"}', "W10=", '{"actions":[],"user":7}')
LONGEST_SKEW: Final = 60


def schedule_of(seed: int) -> Schedule:
    """Return the schedule of a seed, always the same."""
    return _Author(seed).schedule()


class _Author:
    """Makes one schedule up."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._dice = Random(seed)  # noqa: S311 - to be repeated, not to be secret
        self._asked: list[Ask] = []
        self._numbers = 0

    def schedule(self) -> Schedule:
        """Return it: some scenes, each with what people do, what goes wrong, and the desk at work."""
        steps = [step for _ in range(self._dice.randint(1, 4)) for step in self._scene()]
        second = "always" if self._dice.random() < 0.2 else "queue"
        return Schedule(self._seed, tuple(steps), second)  # type: ignore[arg-type]

    def _scene(self) -> list[Step]:
        dice = self._dice
        steps: list[Step] = [self._request() for _ in range(dice.choice((0, 1, 1, 2, 2, 3)))]
        steps += [self._trouble() for _ in range(dice.choice((0, 1, 1, 2, 3)))]
        steps += [self._bystander() for _ in range(dice.choice((0, 0, 1, 1, 2)))]
        dice.shuffle(steps)
        steps.append(Work(instances=dice.choice((1, 2)), doubled=dice.random() < 0.25))
        steps += [self._afterwards() for _ in range(dice.choice((0, 1, 2)))]
        return steps

    def _request(self) -> Step:
        dice = self._dice
        if self._asked and dice.random() < 0.3:
            return self._again(dice.choice(self._asked))
        if dice.random() < 0.07:
            return Garbage(message=dice.choice(_GARBAGE))
        way: Way = dice.choice(("queue", "queue", "http", "httpAsync"))
        actions = dice.choice(_ACTIONS)
        asked = Ask(
            id=f"s{self._seed}-{len(self._asked)}",
            way=way,
            by=self._asker(way),
            user=dice.choice(TARGETS if dice.random() < 0.3 else STANDARD[:3]),
            actions=actions,
            methods=dice.choice(("portal", "portal", "all", ("phone", "softwareOath"))),
            per_user_mfa=dice.choice(("disabled", "enabled", "enforced")) if "setPerUserMfa" in actions else None,
            dry_run=dice.random() < 0.1,
            nameless=way == "queue" and dice.random() < 0.15,
        )
        self._asked.append(asked)
        return asked

    def _asker(self, way: Way) -> str:
        if way != "queue":
            return self._dice.choice(tuple(CALLING))
        return self._dice.choice(tuple(ASKING) if self._dice.random() < 0.5 else AT_THE_DESK)

    def _again(self, asked: Ask) -> Ask:
        """Return the same once more, or something else under its id."""
        if self._dice.random() < 0.5:
            return asked
        return msgspec.structs.replace(asked, user=self._dice.choice(STANDARD), nameless=False)

    def _bystander(self) -> Step:
        dice = self._dice
        moment = dice.choice((None, dice.randint(1, 40), dice.randint(1, 40)))
        who = dice.choice([each.user for each in self._asked] or STANDARD)
        self._numbers += 1
        match dice.randrange(10):
            case 0 | 1:
                return AroundTheDesk(
                    who=dice.choice((who, STANDARD[5])), by=dice.choice(("portal", "app")), moment=moment
                )
            case 2:
                return Leave(who=dice.choice(AT_THE_DESK), moment=moment)
            case _:
                kind: Kind = dice.choice(("phone", "phone", "softwareOath", "microsoftAuthenticator"))
                return Register(who=who, kind=kind, number=self._numbers, moment=moment)

    def _trouble(self) -> Step:
        dice = self._dice
        match dice.randrange(10):
            case 0 | 1 | 2:
                return Crash(instance=dice.randrange(2), moments=dice.randint(0, 70))
            case 3 | 4:
                return StorageFails(
                    where=dice.choice(("tables", "tables", "queues")),
                    after=dice.random() < 0.5,
                    skip=dice.randint(0, 25),
                    times=dice.choice((1, 1, 2, 5, 12, 40)),
                )
            case 5:
                return Skew(instance=dice.randrange(2), seconds=dice.randint(-LONGEST_SKEW, LONGEST_SKEW))
            case _:
                return GraphFails(fault=self._fault())

    def _fault(self) -> Fault:
        dice = self._dice
        path = dice.choice((*_CHANGES, *_CHANGES, *_READS, _ANY))
        times, skip = dice.choice((1, 1, 2, 6, 20)), dice.choice((0, 0, 1, 3))
        effect: Effect = dice.choice(
            ("answer", "answer", "answer", "closeBefore", "closeAfter", "malformed", "truncated")
        )
        if effect != "answer":
            return Fault(effect=effect, path=path, times=times, skip=skip)
        status = dice.choice((429, 503, 504, 500, 502, 401))
        return Fault(
            effect="answer",
            path=path,
            times=times,
            skip=skip,
            status=status,
            retry_after=dice.choice((None, "2", "15", "120")) if status in (429, 503) else None,
            applied=status in (500, 502, 503, 504) and dice.random() < 0.5,
        )

    def _afterwards(self) -> Step:
        dice = self._dice
        match dice.randrange(8):
            case 0 | 1:
                return Timer(name="sweep", instance=dice.randrange(2))
            case 2:
                return Timer(name=dice.choice(("harvest", "dailyReport")), instance=dice.randrange(2))
            case 3:
                return Decide(
                    by=dice.choice((NESTOR, NESTOR, PATTI, AT_THE_DESK[2])),
                    verdict=dice.choice(("approval", "approval", "rejection")),
                )
            case 4:
                return AuditDelay(seconds=dice.choice((0, 60, 900, 5400)))
            case 5:
                return Decide(by=NESTOR, verdict="approval")
            case _:
                return Wait(seconds=dice.choice((5, 40, 400, 400, 700, 700, 4000, 30_000)))
