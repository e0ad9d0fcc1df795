"""The calls of one harvest: one page after another at Graph's pace, the next one fetched while this one is stored."""

from collections.abc import Iterator

from bench.scale import assumptions as given
from shared.audit.pacing import Pacing


class Pages:
    """Where the harvest is in time."""

    def __init__(self, pacing: Pacing, store_seconds: float) -> None:
        self._pacing = pacing
        self._store = store_seconds
        self._deadline = 0.0
        self._fetched = self._stored = self._stored_before = 0.0
        self.calls = 0
        self.was_whole = True
        """Whether the last window was read to its end."""

    @property
    def now(self) -> float:
        """The second when everything fetched is stored."""
        return max(self._fetched, self._stored)

    def begin(self, now: float, deadline: float) -> None:
        """Begin a run."""
        self._fetched = self._stored = self._stored_before = now
        self._deadline = deadline

    def of(self, pages: int) -> Iterator[float]:
        """Yield when each page of a window is stored, as far as the run's time goes."""
        self.was_whole = False
        for _ in range(pages):
            free = max(self._fetched, self._stored_before)
            wait = self._pacing.wait(free)
            if free + wait >= self._deadline:
                return
            self._fetched = free + wait + given.AUDIT_LATENCY.value
            self._pacing.answered(self._fetched)
            self.calls += 1
            self._stored_before = self._stored
            self._stored = max(self._fetched, self._stored) + self._store
            yield self._stored
        self.was_whole = True
