"""What mutation testing came to: how many mutants of each module the tests killed, and which survived for a reason."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Final

import msgspec

GOAL: Final = 0.95
"""As much of what can be killed is to be, of each module."""
KILLED: Final = "killed"


class Mutant(msgspec.Struct, frozen=True):
    """A small change of the code, and whether a test noticed it."""

    name: str
    status: str
    """In mutmut's words; one that merely takes too long counts as a survivor."""

    @property
    def module(self) -> str:
        """The module that was changed."""
        return self.name.rpartition(".")[0]


class Change(msgspec.Struct, frozen=True):
    """The line that a mutant changed, as it was and as it became."""

    module: str
    was: str
    became: str


class Equivalent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mutant that does what the code does, with the reason why no test can tell."""

    module: str
    was: str
    became: str
    reason: str

    @property
    def change(self) -> Change:
        """The change by which it is known again."""
        return Change(self.module, self.was, self.became)


class Score(msgspec.Struct, frozen=True):
    """How a module's tests did."""

    module: str
    killed: int
    equivalent: int
    survivors: tuple[tuple[str, Change], ...]

    @property
    def share(self) -> float:
        """The share that was killed, of those that do anything else than the code."""
        return self.killed / (self.killed + len(self.survivors) or 1)


def mutants_of(results: str) -> list[Mutant]:
    """Return the mutants that `mutmut results --all true` lists."""
    lines = (line.strip().rpartition(": ") for line in results.splitlines() if ": " in line)
    return [Mutant(name, status) for name, _, status in lines]


def change_of(module: str, diff: str) -> Change:
    """Return what a mutant changed, by the diff that `mutmut show` prints."""
    lines = diff.splitlines()
    was = " ".join(line[1:].strip() for line in lines if line.startswith("-") and not line.startswith("---"))
    became = " ".join(line[1:].strip() for line in lines if line.startswith("+") and not line.startswith("+++"))
    return Change(module, was, became)


def scores(
    mutants: Iterable[Mutant], changes: Mapping[str, Change], equivalents: Iterable[Equivalent]
) -> tuple[Score, ...]:
    """Return the score of each module; changes: those of the mutants that were not killed, by name."""
    reasoned = {each.change for each in equivalents}
    by_module = groupby(sorted(mutants, key=lambda mutant: mutant.module), key=lambda mutant: mutant.module)
    return tuple(_score(module, list(group), changes, reasoned) for module, group in by_module)


def outdated(changes: Mapping[str, Change], equivalents: Iterable[Equivalent]) -> list[Equivalent]:
    """Return the equivalents that are among the survivors no more: their code has changed, or a test kills them."""
    survivors = set(changes.values())
    return [each for each in equivalents if each.change not in survivors]


def _score(module: str, mutants: list[Mutant], changes: Mapping[str, Change], reasoned: set[Change]) -> Score:
    alive = [(mutant.name, changes[mutant.name]) for mutant in mutants if mutant.status != KILLED]
    survivors = tuple((name, change) for name, change in alive if change not in reasoned)
    return Score(module, len(mutants) - len(alive), len(alive) - len(survivors), survivors)
