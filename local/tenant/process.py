"""The tenant as a process of its own, started and stopped by whoever needs one."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
READY = "listening on "


class TenantProcessError(Exception):
    """The tenant did not start."""


@contextlib.contextmanager
def running(identity_header: str, *, port: int = 0, people: Path | None = None) -> Iterator[str]:
    """Start a tenant and yield its URL; it stops when the block ends, or with this process."""
    command = [sys.executable, "-m", "local.tenant", "--port", str(port), f"--identity-header={identity_header}"]
    command += ["--parent", str(os.getpid()), *(["--people", str(people)] if people else [])]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            yield _url(process)
        finally:
            process.terminate()


def _url(process: subprocess.Popen[str]) -> str:
    line = process.stdout.readline() if process.stdout else ""
    if not line.startswith(READY):
        raise TenantProcessError(f"The tenant ended with code {process.wait()} before it was ready.")
    return line.removeprefix(READY).strip()
