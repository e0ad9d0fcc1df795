"""Those who call over HTTP, and what they are answered: for one person, for many, and about what is under way."""

import asyncio
import contextlib
import json
from collections.abc import Coroutine, Iterator, Mapping
from typing import Any, Final

import azure.functions as func

from tests.faults.cast import CALLING
from tests.faults.instance import Instance
from tests.faults.seen import Call
from tests.faults.steps import Ask, AskMany, Decide, Intervene
from tests.fixtures.mortal import KilledError

NOT_YET: Final = 500
"""From this status on nobody knows whether it was done, and the caller comes again."""
_NO_ANSWER: Final = 0


class Callers:
    """Make their calls while the host is at work; who has had no answer asks once more."""

    def __init__(self, ids: Mapping[str, str]) -> None:
        """ids: object ids by user principal name."""
        self._ids = ids
        self._to_make: list[Ask | AskMany | Intervene] = []
        self.made: list[Call] = []
        self.passes: list[str] = []
        """The secrets that were shown, as often as they were."""
        self.surprises: list[str] = []

    def will(self, step: Ask | AskMany | Intervene) -> None:
        """Have somebody call as soon as the host is at work."""
        self._to_make.append(step)

    def calls(self, at_work: list[Instance]) -> Iterator[Coroutine[Any, Any, None]]:
        """Yield the calls that are to be made."""
        steps, self._to_make = self._to_make, []
        for place, step in enumerate(steps):
            instance = at_work[place % len(at_work)]
            yield self._intervene(step, instance) if isinstance(step, Intervene) else self._ask(step, instance)

    def ask_again(self) -> None:
        """Have every caller ask once more who has had no answer, or was told to come again."""
        self._to_make += [asked for asked, status in self._last().items() if _is_uncertain(status)]

    @property
    def are_answered(self) -> bool:
        """Whether everybody has had an answer."""
        return not self._to_make and not any(map(_is_uncertain, self._last().values()))

    async def decide(self, step: Decide, instance: Instance, request_id: str, version: str) -> None:
        """Have somebody decide about a request as it is in that version."""
        role = CALLING.get(step.by, "MfaDesk.PrivilegedOperator")
        with contextlib.suppress(KilledError):
            answer = await instance.decide(self._who(step.by, role), step.verdict, request_id, version)
            self._wonder(request_id, answer)

    async def resume(self, bulk_id: str, by: str, instance: Instance) -> None:
        """Have a bulk request gone on with that somebody has paused."""
        self._wonder(bulk_id, await instance.intervene(self._who(by), "resume", bulk_id))

    def _last(self) -> dict[Ask | AskMany, int]:
        return {call.asked: call.status for call in self.made}

    async def _ask(self, asked: Ask | AskMany, instance: Instance) -> None:
        who = self._who(asked.by)
        try:
            if isinstance(asked, AskMany):
                answer = await instance.submit_many(who, _body_of_many(asked))
            else:
                answer = await instance.submit(who, body(asked), wait=asked.way == "http")
        except KilledError:
            self.made.append(Call(asked, _NO_ANSWER, asked.id))
            return
        self._wonder(asked.id, answer)
        told = json.loads(answer.get_body())
        if issued := told.get("temporaryAccessPass"):
            self.passes.append(issued["temporaryAccessPass"])
        where = answer.headers.get("Location", "").rpartition("/")[2]
        self.made.append(Call(asked, answer.status_code, where or asked.id))

    async def _intervene(self, step: Intervene, instance: Instance) -> None:
        """Intervene, while a worker may be at work."""
        for _ in range(step.after):
            await asyncio.sleep(0)
        known = {call.request_id for call in self.made if isinstance(call.asked, AskMany)}
        for bulk_id in sorted(known):
            with contextlib.suppress(KilledError):
                self._wonder(bulk_id, await instance.intervene(self._who(step.by), step.verb, bulk_id))

    def _who(self, name: str, role: str | None = None) -> tuple[str, str, str]:
        return (self._ids[name], name, CALLING[name] if role is None else role)

    def _wonder(self, about: str, answer: func.HttpResponse) -> None:
        """Remember an answer for which neither the storage account nor Graph is a reason."""
        if answer.status_code == NOT_YET:
            self.surprises.append(f"{about}: {answer.get_body()!r}")


def body(asked: Ask) -> dict[str, Any]:
    """Return what asks for that."""
    told: dict[str, Any] = {"id": asked.id, "user": asked.user, "actions": asked.actions, "methods": asked.methods}
    if asked.per_user_mfa is not None:
        told["perUserMfaState"] = asked.per_user_mfa
    return told | ({"dryRun": True} if asked.dry_run else {})


def _body_of_many(asked: AskMany) -> dict[str, Any]:
    return {"id": asked.id, "users": asked.users, "actions": asked.actions, "dryRun": asked.dry_run}


def _is_uncertain(status: int) -> bool:
    return status == _NO_ANSWER or status >= NOT_YET
