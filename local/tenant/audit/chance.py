"""Numbers that look random and are the same every time: for what is invented when it is read."""

from collections.abc import Sequence
from hashlib import blake2b
from struct import Struct
from typing import TypeVar

_Any = TypeVar("_Any")
_EIGHT = Struct("<8Q")


class Chance:
    """A stream of numbers out of a seed; unlike Random it costs next to nothing to begin one."""

    __slots__ = ("_left", "_round", "_seed")

    def __init__(self, *seed: int) -> None:
        self._seed = repr(seed).encode()
        self._round = 0
        self._left: list[int] = []

    def bits(self) -> int:
        """Return 64 of them."""
        if not self._left:
            self._left = list(_EIGHT.unpack(blake2b(b"%d%b" % (self._round, self._seed)).digest()))
            self._round += 1
        return self._left.pop()

    def share(self) -> float:
        """Return a number from 0 on and below 1."""
        return (self.bits() >> 11) / (1 << 53)

    def below(self, end: int) -> int:
        """Return a whole number from 0 on and below the end."""
        return self.bits() % end

    def one_of(self, choices: Sequence[_Any]) -> _Any:
        """Return one of several."""
        return choices[self.bits() % len(choices)]

    def guid(self) -> str:
        """Return a random UUID as text."""
        digits = f"{self.bits():016x}{self.bits():016x}"
        variant = "89ab"[int(digits[16], 16) & 3]
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"
