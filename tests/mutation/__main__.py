"""Prints the score of each module after `mutmut run`; the exit code is 0 only if every one reaches the goal."""

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final

import msgspec
from rich.console import Console
from rich.table import Table

from tests.mutation.score import GOAL, KILLED, Equivalent, Score, change_of, mutants_of, outdated, scores

ROOT: Final = Path(__file__).parent.parent.parent


def main() -> int:
    """Say what was killed, and show what was not."""
    mutants = mutants_of(_mutmut("results", "--all", "true"))
    alive = [mutant for mutant in mutants if mutant.status != KILLED]
    changes = {mutant.name: change_of(mutant.module, _mutmut("show", mutant.name)) for mutant in alive}
    equivalents = _equivalents()
    made, gone = scores(mutants, changes, equivalents), outdated(changes, equivalents)
    terminal = Console(highlight=False)
    terminal.print(_table(made))
    for name, change in (survivor for score in made for survivor in score.survivors):
        terminal.print(f"survived: {name}\n  - {change.was}\n  + {change.became}", markup=False)
    for each in gone:
        terminal.print(f"pyproject.toml lists what did not survive; take it out: {each.became!r}", markup=False)
    return 0 if made and not gone and all(score.share >= GOAL for score in made) else 1


def _mutmut(*arguments: str) -> str:
    command = [str(Path(sys.executable).with_name("mutmut")), *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S603 - ours


def _equivalents() -> list[Equivalent]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return msgspec.convert(settings["tool"]["mutants"]["equivalent"], list[Equivalent])


def _table(made: tuple[Score, ...]) -> Table:
    table = Table("module", "killed", "of", "score", "equivalent", title=f"mutants, at least {GOAL:.0%} of each killed")
    for score in made:
        killable = score.killed + len(score.survivors)
        table.add_row(score.module, str(score.killed), str(killable), f"{score.share:.1%}", str(score.equivalent))
    return table


if __name__ == "__main__":
    sys.exit(main())
