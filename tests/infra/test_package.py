"""The package that is deployed: what .funcignore leaves of the project, and nothing of what it leaves out."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pathspec
import pytest

from local.stand import ANY_PORTS, SETTINGS, Stand
from tests.infra.app import ROOT

pytestmark = pytest.mark.stand

LISTED = """
import function_app, sys
print(*sorted(each.get_function_name() for each in function_app.app.get_functions()))
print(*sorted(name for name in sys.modules if name.split(".")[0] in {"local", "tests", "bench", "tools", "docs"}))
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Return the folder that azd would pack."""
    folder = tmp_path / "package"
    ignored = pathspec.GitIgnoreSpec.from_lines((ROOT / ".funcignore").read_text().splitlines())
    committed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],  # noqa: S607 - git as it is found
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    for name in committed:
        if not ignored.match_file(name) and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    return folder


def test_the_package_is_the_app_and_nothing_else(package: Path) -> None:
    """No test, no stand, no template, no setting of anybody's."""
    assert sorted(each.name for each in package.iterdir()) == [
        "LICENSE",
        "function_app.py",
        "functions",
        "host.json",
        "requirements.txt",
        "shared",
    ]


def test_the_package_is_indexed_by_itself(package: Path) -> None:
    """Every function is found, and nothing is imported that stays at home."""
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(package)}
    told = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", LISTED], cwd=package, env=environ, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    functions, imported = told[0].split(), told[1:]

    assert {"reset_request", "exhausted_request", "sweep", "harvest", "daily_report", "show_health"} <= set(functions)
    assert imported == [""]


@pytest.fixture
def stand(package: Path, tmp_path: Path) -> Iterator[Stand]:
    """Yield a stand whose host runs the package."""
    shutil.copyfile(ROOT / SETTINGS, package / SETTINGS)  # what the operator's settings are in Azure
    with Stand(app_root=package, folder=tmp_path, usual_ports=ANY_PORTS, say=lambda _: None) as stand:
        yield stand


def test_the_package_starts_on_the_stand(stand: Stand) -> None:
    """And answers."""
    answer = httpx.get(f"{stand.host_url}/api/health")

    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
