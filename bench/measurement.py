"""A figure, and what it has to be."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from rich.console import Console
from rich.table import Table

_THOUSAND: Final = 1000


@dataclass(frozen=True)
class Known:
    """That a goal is not reached, or only now and then, and why."""

    why: str
    worst: float | None = None
    """The figure beyond which it is news; None where the machine has its share, and a figure beside it tells."""


@dataclass(frozen=True)
class Measurement:
    """One figure of one run: a ratio or a count, with the goal it is held against."""

    what: str
    value: float
    goal: float
    better: Literal["at most", "at least"]
    how: str = ""
    known: Known | None = None

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
        return self._within(self.goal)

    @property
    def passes(self) -> bool:
        """Whether the goal is reached, or missed as is known."""
        return self.reached or (self.known is not None and (self.known.worst is None or self._within(self.known.worst)))

    def _within(self, limit: float) -> bool:
        return self.value <= limit if self.better == "at most" else self.value >= limit


def report(console: Console, measurements: Iterable[Measurement]) -> bool:
    """Print them all; return whether every goal is reached, or missed as is known."""
    table = Table(box=None, pad_edge=False)
    for heading in ("", "what", "measured", "goal", "how"):
        table.add_column(heading, justify="right" if heading == "measured" else "left")
    told = list(measurements)
    for one in told:
        sign = "[green]✔[/green]" if one.reached else "[red]✘[/red]"
        table.add_row(sign, one.what, one.told, f"{one.better} {one.goal:g}", one.how)
    console.print(table)
    for miss in misses(told):
        console.print(f"\n{miss}")
    return all(one.passes for one in told)


def misses(measurements: Iterable[Measurement]) -> list[str]:
    """Return what there is to say of the goals that are not reached, once for all of which the same is to be said."""
    told = dict[str, list[str]]()
    for one in measurements:
        if not one.reached:
            told.setdefault(_missed(one), []).append(one.what)
    return [f"✘ {'; '.join(which)}: {why}" for why, which in told.items()]


def _missed(one: Measurement) -> str:
    if one.known is None:
        return "the goal is missed."
    if one.known.worst is None or one.passes:
        return f"the goal is missed, as is known. {one.known.why}"
    news = f"It is worse than that by now: {one.better} {one.known.worst:g} is what is known."
    return f"the goal is missed, as is known. {one.known.why} {news}"
