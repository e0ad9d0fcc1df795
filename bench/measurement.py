"""A figure, and what it has to be."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from rich.console import Console
from rich.table import Table

_THOUSAND: Final = 1000


@dataclass(frozen=True)
class Measurement:
    """One figure of one run: a ratio or a count, with the goal it is held against."""

    what: str
    value: float
    goal: float
    better: Literal["at most", "at least"]
    how: str = ""

    @property
    def told(self) -> str:
        """The figure in three digits; in four where it would look like its goal and is not."""
        if self.value >= _THOUSAND:
            return f"{self.value:,.0f}"
        told = f"{self.value:.3g}"
        return f"{self.value:.4g}" if told == f"{self.goal:g}" else told

    @property
    def reached(self) -> bool:
        """Whether the figure is where it has to be."""
        return self.value <= self.goal if self.better == "at most" else self.value >= self.goal


def report(console: Console, measurements: Iterable[Measurement]) -> bool:
    """Print them all; return whether every goal is reached."""
    table = Table(box=None, pad_edge=False)
    for heading in ("", "what", "measured", "goal", "how"):
        table.add_column(heading, justify="right" if heading == "measured" else "left")
    reached = True
    for one in measurements:
        reached &= one.reached
        sign = "[green]✔[/green]" if one.reached else "[red]✘[/red]"
        table.add_row(sign, one.what, one.told, f"{one.better} {one.goal:g}", one.how)
    console.print(table)
    return reached
