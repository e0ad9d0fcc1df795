"""Where a page of history begins, and how far beside it one has to look."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from shared.audit import keys
from shared.audit.attribution import AFTER_THE_END, CLOCKS_APART, acted, span_of
from shared.record import RequestSummary

APART: Final = timedelta(minutes=15)
"""Events of one act are closer together than that, but for those of a request that had to wait."""
_MARGIN: Final = CLOCKS_APART + AFTER_THE_END
"""A request may have ended so long before its events."""
Stretch = tuple[datetime, datetime]
"""From the first, up to but without the second."""


def cut(times: Sequence[datetime]) -> datetime:
    """Return where a page of these times, the newest first, begins when others follow.

    Between two acts, if it can be; else just behind the oldest, of whose moment there may be more.
    """
    for place in range(len(times) - 1, 0, -1):
        if times[place - 1] - times[place] > APART:
            return times[place - 1] - _MARGIN
    return min((at for at in times if at > times[-1]), default=times[-1])


def key_of(since: datetime) -> str:
    """Return the continuation of a page that began there: behind all events of that moment."""
    return keys.found_key(since, f"-{'f' * 32}")


def widened(stretch: Stretch, requests: Iterable[RequestSummary], now: datetime, longest_wait: timedelta) -> Stretch:
    """Return the stretch with what lies beside it of requests that were at work when it began or ended."""
    since, until = stretch
    spans = [span_of(request, now) for request in requests if acted(request)]
    begins = [begin for begin, end in spans if begin < since <= end + AFTER_THE_END]
    ends = [min(end, until + longest_wait) for begin, end in spans if begin - CLOCKS_APART < until < end]
    return min([since, *begins]) - APART, max([until, *ends]) + APART
