"""What an administrator sees: a bar while it goes on, and a table at the end."""

from collections.abc import Iterable, Sequence
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from tools.delegate.holdings import Holding
from tools.delegate.results import Outcome, Result, counted

_STYLES: Final = {
    Outcome.ASSIGNED: "green",
    Outcome.REMOVED: "green",
    Outcome.WOULD_BE_ASSIGNED: "cyan",
    Outcome.WOULD_BE_REMOVED: "cyan",
    Outcome.FAILED: "bold red",
    Outcome.NOT_REACHED: "yellow",
}
_LAST: Final = (Outcome.NOT_REACHED, Outcome.FAILED)
"""Closest to the prompt, where they are seen."""


class Bar:
    """A progress bar, which also says when Graph asks for a pause."""

    def __init__(self, progress: Progress, words: str, total: int) -> None:
        self._progress = progress
        self._words = words
        self._task = progress.add_task(words, total=total)

    def advance(self, more: int = 1) -> None:
        """Count some more as done."""
        self._progress.update(self._task, advance=more, description=self._words)

    def pausing(self, seconds: float) -> None:
        """Say why nothing moves."""
        self._progress.update(self._task, description=f"{self._words} (Graph asks for a pause of {seconds:.0f} s)")


def progress(console: Console) -> Progress:
    """Return where bars can be added."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console)


def show_results(console: Console, title: str, results: Sequence[Result]) -> None:
    """Print what became of everybody whom the run came to, what failed last, and the numbers."""
    shown = [result for result in results if result.outcome is not Outcome.NOT_REACHED or result.remark]
    if shown:
        table = _table(title, "Who", "What happened", "Remark")
        for result in sorted(shown, key=_place):
            style = _STYLES.get(result.outcome, "")
            table.add_row(Text(result.who), Text(result.outcome.value, style), Text(result.remark))
        console.print(table)
    numbers = ", ".join(f"{count} {outcome.value}" for outcome, count in counted(results).items())
    console.print(Text(f"{title}: {numbers}."), soft_wrap=True)


def show_holdings(console: Console, title: str, holdings: Iterable[Holding]) -> None:
    """Print who has a role, and in which way."""
    table = _table(title, "Who", "How")
    for held in holdings:
        table.add_row(Text(f"{held.shown} (group)" if held.is_group else held.shown), Text(held.words))
    if table.row_count:
        console.print(table)
    else:
        console.print(Text(f"{title}: nobody."))


def complain(console: Console, sentence: str) -> None:
    """Print why something did not go on."""
    console.print(Text(sentence, "bold red"), soft_wrap=True)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _place(result: Result) -> tuple[int, str]:
    return _LAST.index(result.outcome) + 1 if result.outcome in _LAST else 0, result.who.casefold()
