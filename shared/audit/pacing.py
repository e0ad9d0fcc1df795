"""Pacing: no more requests than Graph takes of one application in a given time."""

from collections import deque


class Pacing:
    """At most so many requests in so many seconds.

    Counted from their answers: each request was with Graph before its answer was here, so that none of them, however
    long it was on its way, arrives too near to the others. Five in ten seconds is the limit of the audit log
    (Microsoft Graph throttling limits, "Identity and access reports").
    """

    def __init__(self, requests: int = 5, seconds: float = 10.0) -> None:
        self._answered: deque[float] = deque(maxlen=requests)
        self._seconds = seconds

    def wait(self, now: float) -> float:
        """Return how many seconds the next request has to wait."""
        if len(self._answered) < (self._answered.maxlen or 0):
            return 0.0
        return max(0.0, self._answered[0] + self._seconds - now)

    def answered(self, now: float) -> None:
        """Take note that a request has been answered."""
        self._answered.append(now)
