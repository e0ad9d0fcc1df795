"""Where schedules are played: an Azurite and a tenant that are started once, and emptied for each of them."""

import contextlib
import os
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from local.azurite import Azurite
from local.tenant.control_client import ControlClient
from local.tenant.process import running
from tests.faults.judge import faults_of
from tests.faults.runner import play
from tests.faults.steps import Schedule
from tests.faults.words import told
from tests.fixtures.tenant import Tenant


class Verdict(msgspec.Struct, frozen=True):
    """What came of a schedule."""

    schedule: Schedule
    faults: tuple[str, ...]
    counts: dict[str, int]
    """What there was of everything: so that a campaign that tests nothing is seen as such."""

    def __str__(self) -> str:
        """Return the schedule in words, what was wrong, and how to see it again."""
        faults = "\n".join(f"  - {fault}" for fault in self.faults)
        return f"{told(self.schedule)}\n{faults}\nAgain: make faults SEED={self.schedule.seed}"


class Room:
    """Plays schedules."""

    def __init__(self, tenant: Tenant, connection_string: str) -> None:
        self._tenant = tenant
        self._connection_string = connection_string

    async def tried(self, schedule: Schedule) -> Verdict:
        """Return what came of a schedule."""
        seen = await play(schedule, self._tenant, self._connection_string)
        counts = {
            "requests": len(seen.rows),
            "bulk requests": len(seen.bulks),
            "of their people": sum(len(each.endings) for each in seen.bulks),
            "passes": len(seen.passes),
            "announcements": len(seen.announced),
            "mails": len(seen.mails),
            "effects": sum(1 for each in seen.journal if each.actor == seen.client_id),
            "events": len(seen.visible),
            "deaths": seen.deaths,
            "raised": seen.raised,
        }
        return Verdict(schedule, faults_of(schedule, seen), counts)

    async def shrunk(self, verdict: Verdict) -> Verdict:
        """Return the same fault with fewer steps: each that can be left out is."""
        place = 0
        while place < len(verdict.schedule.steps):
            steps = verdict.schedule.steps
            shorter = msgspec.structs.replace(verdict.schedule, steps=steps[:place] + steps[place + 1 :])
            tried = await self.tried(shorter)
            if tried.faults:
                verdict = tried
            else:
                place += 1
        return verdict


@contextlib.contextmanager
def room() -> Iterator[Room]:
    """Start what it takes, and stop it again; App Service's variables stand in the environment from then on."""
    header = secrets.token_urlsafe(16)
    with (
        tempfile.TemporaryDirectory() as folder,
        Azurite(log=Path(folder) / "azurite.log") as azurite,
        running(header) as url,
        ControlClient(url) as control,
    ):
        apps = control.facts().apps
        tenant = Tenant(url, header, apps["reset"].client_id, apps["audit"].client_id, control)
        os.environ.update(tenant.environment)
        yield Room(tenant, azurite.connection_string)
