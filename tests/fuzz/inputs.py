"""As many made-up inputs as are wanted, always the same: thousands in `make test`, a million in `make fuzz`."""

import os
import zlib
from collections.abc import Callable, Iterator
from random import Random
from typing import Final

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

_NOISE: Final = (b"", b'"', b"\\", b"}", b"]", b",", b"{", b"\\ud800", b"null", b"1e999", b"\x00", b"\xff", b"=")
USUAL: Final = 4_000
_BATCH: Final = 5_000
"""So many examples at a time: what the library remembers of them, so as not to repeat itself, is dropped."""
_VARIANTS: Final = 20
"""Inputs an example: itself, and itself with damages of which Random makes more in a second than hypothesis."""

JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
"""Any JSON, with what Python's reader takes beyond it: NaN and infinities."""


def fuzz(strategy: st.SearchStrategy[bytes], check: Callable[[bytes], None]) -> None:
    """Check so many inputs as the variable FUZZ_INPUTS says, or the usual ones."""
    left, batch = -(-int(os.environ.get("FUZZ_INPUTS", USUAL)) // _VARIANTS), 0
    while left > 0:
        _checked(strategy, check, min(left, _BATCH), batch)
        left, batch = left - _BATCH, batch + 1


def _checked(strategy: st.SearchStrategy[bytes], check: Callable[[bytes], None], count: int, batch: int) -> None:
    @seed(batch)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(strategy)
    def run(whole: bytes) -> None:
        for each in _variants(whole):
            check(each)

    run()


def _variants(whole: bytes) -> Iterator[bytes]:
    """Yield a text, and then the same with pieces lost and noise in their places; for each text the same ones."""
    yield whole
    dice = Random(zlib.crc32(whole))  # noqa: S311 - to be repeated, not to be secret
    for _ in range(_VARIANTS - 1):
        cut = dice.randint(0, len(whole))
        noise = dice.choice((dice.randbytes(dice.randint(0, 4)), *_NOISE))
        yield whole[:cut] + noise + whole[cut + dice.randint(0, 3) :]
