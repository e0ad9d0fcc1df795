"""The timer of the harvest: when it runs, what it leads to, and that nobody else pays for it."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from functions import audit
from shared.request_index import INDEX_TABLE
from tests.fixtures.tenant import Tenant
from tests.shared.audit.barn import Barn, barn
from tests.shared.audit.graph_log import audit as audit_of

__all__ = ["barn"]

ROOT = Path(__file__).parents[2]
RUN = """
import asyncio, function_app
(door,) = [each for each in function_app.app.get_functions() if each.get_function_name() == "harvest"]
asyncio.run(door.get_user_function()(None))
"""
LOADED = """
import os, sys, function_app
from functions.process import desk
desk()
print([name for name in sys.modules if name.startswith("shared.audit")])
"""
QUEUES = {
    "REQUEST_QUEUE": "reset-requests",
    "RESULT_QUEUE": "reset-results",
    "BULK_QUEUE": "bulk-requests",
    "REPORT_QUEUE": "reports",
}


def run(script: str, environ: dict[str, str]) -> str:
    """Return what a new process says that runs this, with these settings."""
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **QUEUES, **environ},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_the_schedule_is_the_operators() -> None:
    """A setting of the app."""
    function = audit.harvest._function  # noqa: SLF001 - as the worker finds it
    (trigger,) = [binding.get_dict_repr() for binding in function.get_bindings()]

    assert (trigger["type"], trigger["schedule"]) == ("timerTrigger", "%HARVEST_SCHEDULE%")


async def test_the_timer_brings_in_what_happened_in_the_tenant(barn: Barn, tenant: Tenant, azurite: str) -> None:
    """By the app's settings alone, in the name of the audit identity; what nobody asked for is looked for at once."""
    await barn.tables.create_table_if_not_exists(INDEX_TABLE)  # the template makes it
    event = audit_of(1, datetime.now(UTC) - timedelta(minutes=10))
    tenant.control.audit.add(event, late=0)
    environ = {
        **tenant.environment,
        "DeskStorage": azurite,
        "GRAPH_ENDPOINT": tenant.url,
        "AUDIT_IDENTITY_CLIENT_ID": tenant.audit_client_id,
        "ENTRA_AUDIT_RETENTION": "01:00:00",
    }

    run(RUN, environ)

    assert event["id"] in await barn.stored()


def test_no_other_door_pays_for_it() -> None:
    """A cold start loads nothing of the harvest before its timer strikes."""
    addresses = {
        "DeskStorage__tableServiceUri": "https://a.example",
        "DeskStorage__queueServiceUri": "https://b.example",
    }

    assert run(LOADED, addresses) == "[]"
