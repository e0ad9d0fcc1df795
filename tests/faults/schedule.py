"""A schedule: what people ask for and what goes wrong meanwhile, made of a seed and of nothing else."""

from random import Random
from typing import Final

import msgspec

from local.tenant.faults import Effect, Fault
from tests.faults.cast import (
    ASKING,
    AT_THE_DESK,
    CALLING,
    EMERGENCY,
    NESTOR,
    NOBODY,
    PATTI,
    PRIVILEGED,
    STANDARD,
    TARGETS,
)
from tests.faults.steps import (
    AroundTheDesk,
    Ask,
    AskMany,
    AuditDelay,
    Crash,
    Decide,
    Garbage,
    GraphFails,
    Intervene,
    Kind,
    Leave,
    Register,
    Schedule,
    Skew,
    Step,
    StorageFails,
    Timer,
    Wait,
    Way,
    Work,
)

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
_ISSUE: Final = "issueTemporaryAccessPass"
_GARBAGE: Final = (
    "no request at all",
    "{}",
    '{"user":',
    '{"id":"a/b","user":"x"}',
    "W10=",
    '{"actions":[],"user":7}',
)
LONGEST_SKEW: Final = 60
NEVER: Final = 30 * 86_400
"""Seconds until an event shows that is lost: longer than anybody looks."""


def schedule_of(seed: int) -> Schedule:
    """Return the schedule of a seed, always the same."""
    return _Author(seed).schedule()


class _Author:
    """Makes one schedule up."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._dice = Random(seed)  # noqa: S311 - to be repeated, not to be secret
        self._asked: list[Ask] = []
        self._asked_many: list[AskMany] = []
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
        if dice.random() < 0.14:
            return self._many()
        way: Way = dice.choice(("queue", "queue", "http", "httpAsync"))
        actions = self._actions(way)
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

    def _actions(self, way: Way) -> tuple[str, ...]:
        """Return what is asked for; a pass mostly by whoever waits for it, and sometimes in vain through the queue."""
        actions: tuple[str, ...] = self._dice.choice(_ACTIONS)
        if self._dice.random() < {"http": 0.7, "queue": 0.97}.get(way, 1.0):
            return actions
        return (_ISSUE,) if self._dice.random() < 0.5 else (*actions, _ISSUE)

    def _many(self) -> AskMany:
        """Return something for many, or the same once more, or something else under its id."""
        dice = self._dice
        users = tuple(dice.sample((*STANDARD, *PRIVILEGED, EMERGENCY, NOBODY), dice.randint(2, 6)))
        if self._asked_many and dice.random() < 0.4:
            again = dice.choice(self._asked_many)
            return again if dice.random() < 0.6 else msgspec.structs.replace(again, users=users)
        asked = AskMany(
            id=f"b{self._seed}-{len(self._asked_many)}",
            by=dice.choice((*CALLING, AT_THE_DESK[0])),
            users=(*users, users[0].upper()),
            actions=dice.choice(_ACTIONS[:4]),
            dry_run=dice.random() < 0.15,
        )
        self._asked_many.append(asked)
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
        if self._asked_many and dice.random() < 0.4:
            return Intervene(
                by=dice.choice((*CALLING, NESTOR)),
                verb=dice.choice(("pause", "resume", "cancellation")),
                after=dice.choice((0, 3, 10, 30)),
            )
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
                return AuditDelay(seconds=dice.choice((0, 60, 900, 5400, NEVER)))
            case 5:
                return Decide(by=NESTOR, verdict="approval")
            case _:
                return Wait(seconds=dice.choice((5, 40, 400, 400, 700, 700, 4000, 30_000)))
