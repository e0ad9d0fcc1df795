"""One command, from signing in to the table at the end."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from rich.console import Console
from rich.progress import Progress

from shared.graph import Call, Graph, GraphUnavailable
from tools.delegate import people_file
from tools.delegate.app_role_assignments import open_app_role
from tools.delegate.assignments import Assignments
from tools.delegate.carry_out import CarryOut
from tools.delegate.command_line import Command
from tools.delegate.duties import DirectoryRole, Duty, scopes
from tools.delegate.graph_shapes import User
from tools.delegate.names import Named
from tools.delegate.principals import Principal, Principals, Unknown
from tools.delegate.printing import Bar, complain, progress, show_holdings, show_results
from tools.delegate.reading import RefusedError, words
from tools.delegate.results import DONE, INTERRUPTED, SOME_FAILED, Outcome, Result, exit_code
from tools.delegate.role_assignments import RoleAssignments
from tools.delegate.sign_in import Administrator, Application, SignInError, administrator
from tools.delegate.steps import Verb, step

SHORT_WAIT_SECONDS = 300.0
"""How long one call may wait in all for Graph to take it: Entra counts changes over two and a half minutes."""
FIRST_WAIT_SECONDS = 5.0
"""The same of the first call, which shows a token that Graph does not take."""

Sleep = Callable[[float], Awaitable[None]]


class Run:
    """A command at work. Raises RefusedError, GraphUnavailable, SignInError before the first change, never after."""

    def __init__(self, command: Command, environ: Mapping[str, str], console: Console, sleep: Sleep) -> None:
        self._command = command
        self._console = console
        self._sleep = sleep
        self._bar: Bar | None = None
        permissions = scopes(command.duties, changing=command.verb is not Verb.LIST and not command.dry_run)
        application = Application(
            endpoint=command.endpoint,
            permissions=permissions,
            client_id=command.client_id,
            tenant_id=command.tenant_id,
        )
        self._credential = administrator(command.sign_in, application, environ, self._say)
        self._graph = Graph(command.endpoint, self._credential, short_wait=SHORT_WAIT_SECONDS, sleep=self._pause)

    async def run(self, names: Sequence[Named]) -> int:
        """Return the exit code."""
        try:
            await self._greet(self._credential)
            if not self._command.names_somebody:
                for duty in self._command.duties:
                    holdings = await (await self._open(duty)).holdings()
                    show_holdings(self._console, duty.title, holdings)
                return DONE
            return max([await self._about(duty, names) for duty in self._command.duties])
        finally:
            await self._graph.close()

    async def _greet(self, credential: Administrator) -> None:
        """Say who is signed in; an app is nobody."""
        graph = Graph(self._command.endpoint, credential, short_wait=FIRST_WAIT_SECONDS, sleep=self._pause)
        try:
            answer = await graph.send(Call(path="/me?$select=id,userPrincipalName"))
        except GraphUnavailable as error:
            raise SignInError(
                f"The first call to {self._command.endpoint} failed ({error}). Look at the address, and whether the "
                "sign-in is meant for it; if Graph is busy, try again later."
            ) from error
        finally:
            await graph.close()
        if not answer.ok:
            raise RefusedError(
                f"Graph does not know a person behind this sign-in ({words(answer)}). Roles are delegated by an "
                "administrator, signed in as themselves; an app's identity cannot do it."
            )
        user = answer.decoded(User)
        self._say(f"Signed in as {user.user_principal_name or user.id}.")

    async def _open(self, duty: Duty) -> Assignments:
        if isinstance(duty, DirectoryRole):
            return RoleAssignments(self._graph, duty.template_id)
        return await open_app_role(self._graph, self._command.app_id, duty.title)

    async def _about(self, duty: Duty, names: Sequence[Named]) -> int:
        """Do what is wanted about these people and groups; return the exit code."""
        assignments = await self._open(duty)
        with progress(self._console) as bars:
            found = await self._find(names, bars)
            holdings = await assignments.holdings()
            known = [each for each in found if isinstance(each, Principal)]
            steps = [step(self._command.verb, duty, principal, holdings) for principal in known]
            self._bar = Bar(bars, f"{duty.title}", len(steps))
            carry_out = CarryOut(
                assignments,
                duty,
                at_once=self._command.at_once,
                dry_run=self._command.dry_run,
                advance=self._bar.advance,
            )
            interrupted = await _unless_interrupted(carry_out.run(steps))
        unknown = [_unknown(each) for each in found if isinstance(each, Unknown)]
        return self._told(duty, carry_out, unknown, interrupted=interrupted)

    async def _find(self, names: Sequence[Named], bars: Progress) -> list[Principal | Unknown]:
        self._bar = Bar(bars, "Looking up", len([named for named in names if not named.fault]))
        return await Principals(self._graph, self._command.at_once).find(names, self._bar.advance)

    def _told(self, duty: Duty, carry_out: CarryOut, unknown: list[Result], *, interrupted: bool) -> int:
        results = [*carry_out.results, *unknown, *carry_out.unreached]
        show_results(self._console, f"{duty.title}, dry run" if self._command.dry_run else duty.title, results)
        if carry_out.halted:
            complain(self._console, carry_out.halted)
        if interrupted:
            complain(self._console, "Interrupted. Start the same command again: it finishes the rest.")
            return INTERRUPTED
        return SOME_FAILED if carry_out.halted else exit_code(results)

    async def _pause(self, seconds: float) -> None:
        if self._bar is not None:
            self._bar.pausing(seconds)
        await self._sleep(seconds)

    def _say(self, sentence: str) -> None:
        self._console.print(sentence, markup=False, highlight=False, soft_wrap=True)


def all_names(command: Command) -> tuple[Named, ...]:
    """Return everybody whom the command names, files read. Raises PeopleFileError, OSError."""
    from_files = [named for file in command.files for named in people_file.people(file.name, file.read_bytes())]
    groups = [Named(kind="group", said=name) for name in command.groups]
    return (*(Named(said=name) for name in command.people), *from_files, *groups)


async def _unless_interrupted(work: Awaitable[None]) -> bool:
    """Return whether it was interrupted: by Ctrl+C, which cancels the task that awaits this."""
    try:
        await work
    except asyncio.CancelledError:
        return True
    return False


def _unknown(unknown: Unknown) -> Result:
    return Result(who=unknown.named.shown, outcome=Outcome.FAILED, remark=unknown.why)
