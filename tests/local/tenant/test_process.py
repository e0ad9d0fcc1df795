"""The tenant as a process."""

import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from local.tenant.process import ROOT, TenantProcessError, running

COMMAND = [sys.executable, "-m", "local.tenant", "--identity-header", "secret"]


@pytest.fixture
def process() -> Iterator[subprocess.Popen[str]]:
    """Start a tenant by its command line."""
    with subprocess.Popen(COMMAND, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as started:  # noqa: S603
        yield started
        started.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_says_where_it_listens_and_stops_when_told(process: subprocess.Popen[str], number: signal.Signals) -> None:
    """One line on standard output, none on standard error, and it stops at once, open connections or not."""
    assert process.stdout is not None
    url = process.stdout.readline().removeprefix("listening on ").strip()
    with httpx.Client() as client:
        assert client.get(f"{url}/control/tenant").json()["name"] == "Contoso"
        process.send_signal(number)
        out, err = process.communicate(timeout=5)

    assert (out, err) == ("", "")


def test_it_stops_with_its_parent(tmp_path: Path) -> None:
    """Given --parent, it does not outlive a parent that was killed."""
    script = tmp_path / "parent.py"
    script.write_text(
        textwrap.dedent(
            """
            import os, subprocess, sys
            child = subprocess.Popen([*sys.argv[1:], "--parent", str(os.getpid())], stdout=subprocess.PIPE, text=True)
            print(child.stdout.readline().removeprefix("listening on ").strip(), flush=True)
            os.kill(os.getpid(), 9)
            """
        ),
        encoding="utf-8",
    )
    result = subprocess.run(  # noqa: S603
        [sys.executable, str(script), *COMMAND], cwd=ROOT, capture_output=True, text=True, check=False, timeout=10
    )

    assert _gone(result.stdout.strip())


def _gone(url: str) -> bool:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            httpx.get(f"{url}/control/tenant")
        except httpx.TransportError:
            return True
        time.sleep(0.05)
    return False


def test_a_mistake_in_the_seed_ends_it_with_a_sentence(tmp_path: Path) -> None:
    """Exit code 2, and no traceback."""
    people = tmp_path / "mine.yaml"
    people.write_text("people: nobody\n", encoding="utf-8")
    result = subprocess.run(  # noqa: S603
        [*COMMAND, "--people", str(people)], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert result.returncode == 2
    assert result.stderr.startswith("mine.yaml: ")
    assert "Traceback" not in result.stderr


def test_whoever_starts_it_learns_that_it_did_not_start(tmp_path: Path) -> None:
    """With its exit code."""
    with pytest.raises(TenantProcessError, match="code 2"), running("secret", people=tmp_path / "none.yaml"):
        pass
