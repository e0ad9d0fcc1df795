"""Plays a schedule: people, troubles and the host in their order; then calm, until nothing moves."""

import asyncio
import json
from datetime import datetime, timedelta
from typing import Final

from local.tenant.methods import Method, MicrosoftAuthenticator, Phone, SoftwareOath
from shared.bulk.bulk import ENDED, BulkStatus
from shared.contract import Action
from shared.delegation import Policy, SecondPerson
from shared.run import Rules
from tests.faults.callers import Callers, body
from tests.faults.cast import CALLING, EMERGENCY, NESTOR, PATTI, TARGETS
from tests.faults.host import TRIES, Host
from tests.faults.lookout import Lookout
from tests.faults.seen import Registered, Seen
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
    Leave,
    Register,
    Schedule,
    Skew,
    Step,
    StorageFails,
    Timer,
    Wait,
    Work,
)
from tests.faults.town import Town
from tests.fixtures.tenant import Tenant

PRESS: Final = "Foreign tool"
_ROUNDS: Final = 80


async def play(schedule: Schedule, tenant: Tenant, connection_string: str) -> Seen:
    """Return what is to be seen after a schedule."""
    town = Town(tenant, connection_string)
    runner = Runner(schedule, town)
    try:
        for step in schedule.steps:
            await runner.do(step)
        quiet = await runner.settle()
        await runner.read_the_log()
        return await runner.seen(quiet=quiet)
    finally:
        await runner.close()
        await town.close()


class Runner:
    """The people, the host, and whoever looks at them."""

    def __init__(self, schedule: Schedule, town: Town) -> None:
        self._town = town
        self._tenant = town.tenant
        further = frozenset({Action.SET_PER_USER_MFA, Action.ISSUE_TEMPORARY_ACCESS_PASS})
        second = SecondPerson(schedule.second_person)
        policy = Policy(protected=frozenset({EMERGENCY}), further_actions=further, second_person=second)
        self._host = Host(town, Rules(policy=policy))
        self._ids = {who: self._tenant.person(who).id for who in {*TARGETS, *CALLING}}
        self._callers = Callers(self._ids)
        self._lookout = Lookout(town.connection_string)
        self._asked: list[tuple[str, Ask]] = []
        self._garbage = 0
        self._registered: list[Registered] = []
        self._losing: dict[str, datetime] = {}
        self._strange: set[str] = set()
        self._before = {self._ids[who]: self._tenant.person(who).methods for who in TARGETS}

    # --- one step -----------------------------------------------------------------------------------------------------

    async def do(self, step: Step) -> None:  # noqa: C901, PLR0912 - one line for each kind
        """Do one step; two seconds pass, so that what comes later is dated later."""
        self._town.clock.advance(seconds=2)
        match step:
            case Ask(way="queue"):
                self._drop(step)
            case Ask() | AskMany() | Intervene():
                self._callers.will(step)
            case Garbage(message=message):
                self._garbage += 1
                self._town.requests.put(message.encode())
            case Decide():
                await self._decide(step)
            case Register() | AroundTheDesk() | Leave():
                self._others(step)
            case Wait(seconds=seconds):
                self._town.clock.advance(seconds=seconds)
            case Work(instances=instances, doubled=doubled):
                await self._work(instances, doubled=doubled)
            case Timer(name=name, instance=instance):
                await self._host.timer(name, self._host.instance(instance))
            case GraphFails(fault=fault):
                self._tenant.fault(**{name: getattr(fault, name) for name in fault.__struct_fields__})
            case StorageFails():
                self._town.storms.add(step)
            case Crash(instance=instance, moments=moments):
                self._host.instance(instance).moments.left = moments
            case Skew(instance=instance, seconds=seconds):
                self._host.instance(instance).skew = timedelta(seconds=seconds)
            case AuditDelay(seconds=seconds):
                self._tenant.turn(audit_delay=(seconds, seconds))

    def _drop(self, asked: Ask) -> None:
        told = {**body(asked), "requestedBy": asked.by}
        if asked.nameless:
            del told["id"]
        self._town.requests.put(json.dumps(told).encode())
        self._asked.append((self._town.requests.letters[-1].id if asked.nameless else asked.id, asked))

    def _others(self, step: Register | AroundTheDesk | Leave) -> None:
        if step.moment is None:
            self._act(step)
        else:
            self._town.errands.after(step.moment, lambda: self._act(step))

    def _act(self, step: Register | AroundTheDesk | Leave) -> None:
        self._town.clock.advance(seconds=2)
        match step:
            case Register(who=who):
                self._registered.append(Registered(who, self._tenant.register(who, _method(step))))
            case AroundTheDesk(who=who, by=by):
                known = {event.id for event in self._tenant.audit.events()}
                if by == "portal":
                    self._tenant.reset_in_portal(who, admin=NESTOR if who == PATTI else PATTI)
                else:
                    self._tenant.reset_by_app(who, app=PRESS)
                self._strange |= {event.id for event in self._tenant.audit.events()} - known
            case Leave(who=who):
                self._tenant.leave("Service Desk", who)
                self._losing.setdefault(who, self._town.clock())
        self._town.clock.advance(seconds=2)

    # --- the host -----------------------------------------------------------------------------------------------------

    async def _work(self, instances: int, *, doubled: bool) -> None:
        at_work = [self._host.instance(number) for number in range(instances)]
        await asyncio.gather(*self._host.jobs(at_work, doubled=doubled), *self._callers.calls(at_work))
        for instance in at_work:
            await self._host.tidied(instance)

    async def _decide(self, step: Decide) -> None:
        instance = self._host.instance(0)
        for row in self._lookout.requests():
            if row.waiting is not None and row.outcome is None:
                await self._callers.decide(step, instance, row.id, row.version)
        await self._host.tidied(instance)

    # --- calm ---------------------------------------------------------------------------------------------------------

    async def settle(self) -> bool:
        """Let the troubles cease, and the desk work until nothing moves; return whether that came about."""
        self._town.errands.finish()
        self._town.storms.clear()
        self._tenant.clear_faults()
        self._tenant.turn(audit_delay=(0, 0))
        self._host.calm()
        for _ in range(_ROUNDS):
            self._callers.ask_again()
            await self._work(1, doubled=False)
            await self._resume()
            await self._host.timer("sweep", self._host.instance(0))
            if self._is_quiet():
                return True
            self._town.clock.advance(seconds=self._until_something_is_due())
        return False

    async def _resume(self) -> None:
        """Have whoever asked go on with what somebody has paused."""
        for each in self._lookout.bulks():
            if each.bulk.status is BulkStatus.PAUSED:
                await self._callers.resume(each.bulk.id, each.bulk.caller.name, self._host.instance(0))

    def _is_quiet(self) -> bool:
        town = self._town
        waiting = town.requests.letters + [each for each in town.poison.letters if each.dequeues <= TRIES]
        under_way = [each for each in self._lookout.bulks() if each.bulk.status not in ENDED]
        return not waiting and not under_way and self._callers.are_answered and not self._lookout.left_open()

    def _until_something_is_due(self) -> float:
        town = self._town
        now = town.clock()
        due = [each.visible_at for each in town.requests.letters + town.poison.letters + town.bulk_calls.letters]
        due += [row.due_at for row in self._lookout.requests() if row.is_open]
        later = [(each - now).total_seconds() for each in due if each > now]
        return min([660.0, *later] if len(later) < len(due) or not later else later) + 1

    async def read_the_log(self) -> None:
        """Let the harvest go on until everything has been read twice, and the reports be written and delivered."""
        self._town.clock.advance(hours=2)
        for _ in range(2):
            await self._host.timer("harvest", self._host.instance(0))
            self._town.clock.advance(hours=4)
        self._town.clock.advance(days=1)
        await self._host.timer("dailyReport", self._host.instance(0))
        self._town.clock.advance(hours=2)
        await self._host.timer("sweep", self._host.instance(0))

    # --- a look around ------------------------------------------------------------------------------------------------

    async def seen(self, *, quiet: bool) -> Seen:
        """Return what is to be seen now."""
        town, instance, look = self._town, self._host.instance(0), self._lookout
        mailboxes = (town.requests, town.poison, town.bulk_calls, town.results, town.reports)
        return Seen(
            begun=town.begun,
            ids=self._ids,
            client_id=town.client_id,
            quiet=quiet,
            deaths=self._host.deaths,
            raised=self._host.raised,
            surprises=(*self._host.surprises, *self._callers.surprises),
            asked=tuple(self._asked),
            calls=tuple(self._callers.made),
            passes=tuple(self._callers.passes),
            messages=self._garbage,
            rows=tuple(look.requests()),
            refused=tuple(look.refused()),
            bulks=tuple(look.bulks()),
            announced=tuple(each.body for each in town.results.letters),
            reports=await instance.reports.all(),
            reported=tuple(each.body for each in town.reports.letters),
            mails=tuple(self._tenant.mails()),
            left_open=tuple(look.left_open()),
            written=(*look.words(), *(letter.body.decode() for mailbox in mailboxes for letter in mailbox.letters)),
            before=self._before,
            people={self._ids[who]: self._tenant.person(who).methods for who in TARGETS},
            journal=tuple(self._tenant.journal()),
            registered=tuple(self._registered),
            losing=self._losing,
            visible=self._visible(),
            stored=look.audit_events(),
            lines=await instance.histories.between(town.begun - timedelta(minutes=5), town.clock()),
            strange=tuple(self._strange),
        )

    def _visible(self) -> frozenset[str]:
        now = self._town.clock()
        events = self._tenant.audit.events()
        return frozenset(each.id for each in events if datetime.fromisoformat(each.visible_from) <= now)

    async def close(self) -> None:
        """Give all connections back."""
        await self._host.close()


def _method(step: Register) -> Method:
    match step.kind:
        case "phone":
            return Phone(phone_type="mobile", phone_number=f"+1 20655501{step.number:02}")
        case "softwareOath":
            return SoftwareOath()
        case _:
            return MicrosoftAuthenticator(display_name=f"phone {step.number}")
