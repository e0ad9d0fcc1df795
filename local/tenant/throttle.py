"""Graph's throttling: a token bucket for each app and family of paths."""

from collections.abc import Callable
from math import ceil

from local.tenant.switches import Limit


class Throttle:
    """Buckets that are full at first and fill up again evenly."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._buckets: dict[tuple[str, str], tuple[float, float]] = {}

    def wait(self, app_id: str, family: str, limit: Limit) -> int:
        """Take one request out of the bucket; 0 if there was one, else the whole seconds until there is."""
        now = self._clock()
        left, at = self._buckets.get((app_id, family), (float(limit.requests), now))
        rate = limit.requests / limit.seconds
        left = min(limit.requests, left + (now - at) * rate)
        if left < 1:
            self._buckets[app_id, family] = (left, now)
            return max(1, ceil((1 - left) / rate))
        self._buckets[app_id, family] = (left - 1, now)
        return 0
