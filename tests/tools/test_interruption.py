"""Ctrl+C in the middle of a run."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.fixtures.tenant import Tenant
from tests.local.host.eventually import eventually
from tests.tools.desk import AUTHENTICATION, Administrator

ROOT = Path(__file__).parents[2]
TOOL = (
    "import runpy, signal;"
    "signal.signal(signal.SIGINT, signal.default_int_handler);"
    "runpy.run_module('tools.delegate', run_name='__main__', alter_sys=True)"
)
"""The tool as a terminal starts it: a shell starts what runs in the background with Ctrl+C switched off."""


async def test_ctrl_c_ends_with_the_table_and_the_next_run_finishes(tenant: Tenant) -> None:
    """It says who was assigned, and that some were not reached; exit code 130; nobody is assigned twice."""
    admin = Administrator(tenant)
    people = admin.tenant.add_people(100)
    admin.tenant.turn(latency=0.02)
    command = [sys.executable, "-c", TOOL, "--sign-in", "token", "assign", AUTHENTICATION, *people]
    environ = {**os.environ, "GRAPH_ENDPOINT": admin.url, "GRAPH_ACCESS_TOKEN": admin.token}
    with subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True) as process:  # noqa: ASYNC220, S603
        await eventually(lambda: len(admin.journal("roleAssigned")) > 4)
        process.send_signal(signal.SIGINT)
        printed, _ = process.communicate(timeout=20)

    assert process.returncode == 130
    assert "not reached." in printed
    assert "Interrupted. Start the same command again: it finishes the rest." in printed
    assert 4 < len(admin.journal("roleAssigned")) < 100

    admin.tenant.turn(latency=0)
    assert await asyncio.to_thread(admin, "assign", AUTHENTICATION, *people) == 0  # it has an event loop of its own
    assert len(admin.journal("roleAssigned")) == 100
