"""Plays a schedule: people, troubles and the host in their order; then calm, until nothing moves."""

import asyncio
import contextlib
import json
import traceback
from collections import Counter
from datetime import datetime, timedelta
from typing import Any, Final

from azure.core.exceptions import AzureError
from azure.data.tables import TableServiceClient

from local.tenant.methods import Method, MicrosoftAuthenticator, Phone, SoftwareOath
from shared import entity
from shared.announcement import announce
from shared.arrival import Delivery
from shared.contract import Action
from shared.delegation import Policy, SecondPerson
from shared.graph import GraphUnavailable
from shared.ledger import OPEN_TABLE, REQUEST_TABLE
from shared.run import Rules
from tests.faults.cast import CALLING, EMERGENCY, NESTOR, PATTI, TARGETS
from tests.faults.instance import Instance
from tests.faults.schedule import (
    AroundTheDesk,
    Ask,
    AuditDelay,
    Crash,
    Decide,
    Garbage,
    GraphFails,
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
from tests.faults.seen import Call, Registered, Seen
from tests.faults.town import Town
from tests.faults.weather import Letter
from tests.fixtures.mortal import KilledError
from tests.fixtures.tenant import Tenant

PRESS: Final = "Foreign tool"
TRIES: Final = 5
"""maxDequeueCount of host.json."""
INVISIBLE: Final = timedelta(minutes=10)
"""How long a message is the host's; it prolongs that for as long as it lives."""
AGAIN: Final = timedelta(seconds=30)
"""visibilityTimeout of host.json."""
_ROUNDS: Final = 80
_NOT_YET: Final = 500


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
        further = frozenset({Action.SET_PER_USER_MFA})
        second = SecondPerson(schedule.second_person)
        policy = Policy(protected=frozenset({EMERGENCY}), further_actions=further, second_person=second)
        self._rules = Rules(policy=policy)
        self._instances: dict[int, Instance] = {}
        self._buried: list[Instance] = []
        self._calls_to_make: list[Ask] = []
        self._calls: list[Call] = []
        self._asked: list[tuple[str, Ask]] = []
        self._garbage = 0
        self._surprises: list[str] = []
        self._raised = 0
        self._registered: list[Registered] = []
        self._losing: dict[str, datetime] = {}
        self._strange: set[str] = set()
        self._ids = {who: self._tenant.person(who).id for who in {*TARGETS, *CALLING}}
        self._before = {self._ids[who]: self._tenant.person(who).methods for who in TARGETS}

    # --- one step -----------------------------------------------------------------------------------------------------

    async def do(self, step: Step) -> None:  # noqa: C901 - one line for each kind
        """Do one step; two seconds pass, so that what comes later is dated later."""
        self._town.clock.advance(seconds=2)
        match step:
            case Ask():
                self._ask(step)
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
                await self._timer(name, self._instance(instance))
            case GraphFails(fault=fault):
                self._tenant.fault(**{name: getattr(fault, name) for name in fault.__struct_fields__})
            case StorageFails():
                self._town.storms.add(step)
            case Crash(instance=instance, moments=moments):
                self._instance(instance).moments.left = moments
            case Skew(instance=instance, seconds=seconds):
                self._instance(instance).skew = timedelta(seconds=seconds)
            case AuditDelay(seconds=seconds):
                self._tenant.turn(audit_delay=(seconds, seconds))

    def _ask(self, asked: Ask) -> None:
        if asked.way != "queue":
            self._calls_to_make.append(asked)
            return
        body = {**_body(asked), "requestedBy": asked.by}
        if asked.nameless:
            del body["id"]
        self._town.requests.put(json.dumps(body).encode())
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

    def _instance(self, number: int) -> Instance:
        """Return a living instance of that number."""
        there = self._instances.get(number)
        if there is None or there.moments.dead:
            if there is not None:
                self._buried.append(there)
            there = self._instances[number] = Instance(self._town, self._rules)
        return there

    async def _work(self, instances: int, *, doubled: bool) -> None:
        at_work = [self._instance(number) for number in range(instances)]
        jobs = [(letter, "requests") for letter in self._town.requests.visible()]
        jobs += [(letter, "poison") for letter in self._town.poison.visible()]
        jobs *= 2 if doubled else 1
        calls, self._calls_to_make = self._calls_to_make, []
        await asyncio.gather(
            *(self._hand_out(letter, queue, at_work[place % instances]) for place, (letter, queue) in enumerate(jobs)),
            *(self._call(asked, at_work[place % instances]) for place, asked in enumerate(calls)),
        )
        for instance in at_work:
            await self._tidied(instance)

    async def _hand_out(self, letter: Letter, queue: str, instance: Instance) -> None:
        """Run the function of a queue for a message, as QueueProcessor of azure-sdk-for-net does."""
        if instance.moments.dead:
            return
        mailbox = self._town.requests if queue == "requests" else self._town.poison
        letter.dequeues += 1
        letter.visible_at = self._town.clock() + INVISIBLE
        if letter.dequeues > TRIES:
            self._give_up(letter, queue)
            return
        delivery = Delivery(letter.body, _id_of(letter), letter.inserted_at, redelivered=letter.dequeues > 1)
        try:
            serve = instance.desk.receive if queue == "requests" else instance.desk.give_up
            outcome = await serve(delivery)
            if outcome is not None:
                await instance.results.put(announce(outcome))
        except KilledError:
            return
        except Exception as error:  # noqa: BLE001 - the host takes whatever it is
            self._wonder(error)
            if queue == "requests" and letter.dequeues >= TRIES:
                self._give_up(letter, queue)
            elif queue == "requests":
                letter.visible_at = self._town.clock() + AGAIN
            return
        mailbox.remove(letter)

    def _give_up(self, letter: Letter, queue: str) -> None:
        if queue == "requests" and letter in self._town.requests.letters:
            self._town.requests.remove(letter)
            self._town.poison.put(letter.body)

    async def _call(self, asked: Ask, instance: Instance) -> None:
        who = (self._ids[asked.by], asked.by, CALLING[asked.by])
        try:
            answer = await instance.submit(who, _body(asked), wait=asked.way == "http")
        except KilledError:
            self._calls.append(Call(asked, 0, asked.id))
            return
        told = json.loads(answer.get_body())
        if answer.status_code == _NOT_YET:
            self._surprises.append(f"{asked.id}: {told}")
        where = answer.headers.get("Location", "").removeprefix("/api/requests/")
        self._calls.append(Call(asked, answer.status_code, where or asked.id))

    async def _timer(self, name: str, instance: Instance) -> None:
        try:
            await instance.run(name)
        except KilledError:
            return
        except Exception as error:  # noqa: BLE001 - the host takes whatever it is
            self._wonder(error)
        await self._tidied(instance)

    async def _tidied(self, instance: Instance) -> None:
        with contextlib.suppress(KilledError):
            await instance.desk.tidied()

    async def _decide(self, step: Decide) -> None:
        instance = self._instance(0)
        for row in self._rows():
            if row.waiting is None or row.outcome is not None:
                continue
            role = CALLING.get(step.by, "MfaDesk.PrivilegedOperator")
            with contextlib.suppress(KilledError):
                who = (self._ids[step.by], step.by, role)
                answer = await instance.decide(who, step.verdict, row.id, row.version)
                if answer.status_code == _NOT_YET:
                    self._surprises.append(f"{row.id}: {answer.get_body()!r}")
        await self._tidied(instance)

    def _wonder(self, error: Exception) -> None:
        """Remember an error for which neither the storage account nor Graph is a reason."""
        if isinstance(error, AzureError | GraphUnavailable):
            self._raised += 1
        else:
            self._surprises.append("".join(traceback.format_exception(error)))

    # --- calm ---------------------------------------------------------------------------------------------------------

    async def settle(self) -> bool:
        """Let the troubles cease, and the desk work until nothing moves; return whether that came about."""
        self._town.errands.finish()
        self._town.storms.clear()
        self._tenant.clear_faults()
        self._tenant.turn(audit_delay=(0, 0))
        for instance in self._instances.values():
            instance.moments.left = None
            instance.skew = timedelta()
        for _ in range(_ROUNDS):
            self._call_again()
            await self._work(1, doubled=False)
            await self._timer("sweep", self._instance(0))
            if self._is_quiet():
                return True
            self._town.clock.advance(seconds=self._until_something_is_due())
        return False

    def _call_again(self) -> None:
        """Have every caller ask once more who has had no answer, or was told to come again."""
        last = {call.asked: call for call in self._calls}
        self._calls_to_make += [call.asked for call in last.values() if call.status == 0 or call.status >= _NOT_YET]

    def _is_quiet(self) -> bool:
        waiting = self._town.requests.letters + [each for each in self._town.poison.letters if each.dequeues <= TRIES]
        last = {call.asked: call.status for call in self._calls}
        unanswered = [status for status in last.values() if status == 0 or status >= _NOT_YET]
        return not waiting and not unanswered and not self._calls_to_make and not self._left_open()

    def _until_something_is_due(self) -> float:
        now = self._town.clock()
        due = [each.visible_at for each in self._town.requests.letters + self._town.poison.letters]
        due += [row.due_at for row in self._rows() if row.is_open]
        later = [(each - now).total_seconds() for each in due if each > now]
        return min([660.0, *later] if len(later) < len(due) or not later else later) + 1

    async def read_the_log(self) -> None:
        """Let the harvest go on until everything has been read twice, and the reports be written."""
        self._town.clock.advance(hours=2)
        for _ in range(2):
            await self._timer("harvest", self._instance(0))
            self._town.clock.advance(hours=4)
        self._town.clock.advance(days=1)
        await self._timer("dailyReport", self._instance(0))

    # --- a look around ------------------------------------------------------------------------------------------------

    async def seen(self, *, quiet: bool) -> Seen:
        """Return what is to be seen now."""
        town, instance = self._town, self._instance(0)
        begun = town.begun - timedelta(minutes=5)
        now = town.clock()
        lines = await instance.histories.between(begun, now)
        events = self._tenant.audit.events()
        return Seen(
            begun=town.begun,
            ids=self._ids,
            client_id=town.client_id,
            quiet=quiet,
            deaths=len(self._buried),
            raised=self._raised,
            surprises=tuple(self._surprises),
            asked=tuple(self._asked),
            calls=tuple(self._calls),
            messages=self._garbage,
            rows=tuple(self._rows()),
            refused=tuple(self._messages()),
            announced=tuple(each.body for each in town.results.letters),
            reported=tuple(each.body for each in town.reports.letters),
            left_open=tuple(self._left_open()),
            before=self._before,
            people={self._ids[who]: self._tenant.person(who).methods for who in TARGETS},
            journal=tuple(self._tenant.journal()),
            registered=tuple(self._registered),
            losing=self._losing,
            visible=frozenset(event.id for event in events),
            stored=self._stored(),
            lines=lines,
            strange=tuple(self._strange),
        )

    def _entities(self, table: str) -> list[Any]:
        with TableServiceClient.from_connection_string(self._town.connection_string) as tables:
            return list(tables.get_table_client(table).list_entities())

    def _rows(self) -> list[Any]:
        found = [each for each in self._entities(REQUEST_TABLE) if each["RowKey"] == "request"]
        return [entity.row_of(each, str(each.metadata["etag"])) for each in found]

    def _messages(self) -> list[Any]:
        found = [each for each in self._entities(REQUEST_TABLE) if each["RowKey"].startswith("message-")]
        return [entity.message_of(each) for each in found]

    def _left_open(self) -> list[str]:
        partitions = ("open", "announce")
        found = [each for each in self._entities(OPEN_TABLE) if each["PartitionKey"] in partitions]
        return [f"{each['PartitionKey']} {each['RowKey']}" for each in found]

    def _stored(self) -> dict[str, int]:
        with TableServiceClient.from_connection_string(self._town.connection_string) as tables:
            months = [each.name for each in tables.list_tables() if each.name.startswith("AuditEvents")]
        rows = [each for month in months for each in self._entities(month)]
        return Counter(str(row["EventId"]) for row in rows if str(row["PartitionKey"]).startswith("day-"))

    async def close(self) -> None:
        """Give all connections back."""
        for instance in (*self._instances.values(), *self._buried):
            await self._tidied(instance)
            await instance.close()


def _body(asked: Ask) -> dict[str, Any]:
    body: dict[str, Any] = {"id": asked.id, "user": asked.user, "actions": asked.actions, "methods": asked.methods}
    if asked.per_user_mfa is not None:
        body["perUserMfaState"] = asked.per_user_mfa
    return body | ({"dryRun": True} if asked.dry_run else {})


def _method(step: Register) -> Method:
    match step.kind:
        case "phone":
            return Phone(phone_type="mobile", phone_number=f"+1 20655501{step.number:02}")
        case "softwareOath":
            return SoftwareOath()
        case _:
            return MicrosoftAuthenticator(display_name=f"phone {step.number}")


def _id_of(letter: Letter) -> str:
    """Return what the host tells as the id: of a JSON message that has one, that one."""
    with contextlib.suppress(ValueError, AttributeError):
        told = json.loads(letter.body).get("id")
        return str(told) if told is not None else letter.id
    return letter.id
