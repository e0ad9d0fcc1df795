"""The directory audit log of Microsoft Graph: the pages of one window, in the order of time, at Graph's pace."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import datetime
from typing import Final
from urllib.parse import quote

from shared.audit.pacing import Pacing
from shared.audit.page import MalformedPage, Page, page_of
from shared.audit.windows import Window
from shared.graph import Answer, Call, Graph, GraphUnavailable, further

PERMISSION: Final = "AuditLog.Read.All"
PAGE_SIZE: Final = 999
_FORBIDDEN: Final = 403
_SERVER_ERROR: Final = 500
_LONGEST_LINK: Final = 60_000
"""Characters: no address may be longer than 65,536."""


class OutOfTime(Exception):
    """The run's time does not suffice for the next page."""


class WindowRefused(Exception):
    """Something about this very window, or a page of it, cannot be had."""


class LogClosed(Exception):
    """Graph does not open the log to the desk's audit identity."""


class DirectoryAudits:
    """Reads the log in the name of the desk's audit identity."""

    def __init__(
        self,
        graph: Graph,
        pacing: Pacing,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        grace: float = 30.0,
    ) -> None:
        """clock: seconds that only go on; grace: so many behind the deadline a call is given up that does not end."""
        self._graph = graph
        self._pacing = pacing
        self._clock = clock
        self._sleep = sleep
        self._grace = grace

    def deadline(self, seconds: float) -> float:
        """Return when so many seconds will have passed."""
        return self._clock() + seconds

    async def pages(self, window: Window, deadline: float) -> AsyncGenerator[Page, None]:
        """Yield the pages of a window, which may hold some events from beyond its end.

        Raises OutOfTime, LogClosed; WindowRefused where it is the window's fault, as far as that can be told;
        GraphUnavailable where Graph throttles, or serves not even the first page.
        """
        call: Call | None = Call(path=_path(window))
        links: set[str] = set()
        while call is not None:
            answer = await self._send(call, deadline, first=not links)
            page = _page(answer, first=not links)
            yield page
            link = page.next_link
            if link in links:
                raise WindowRefused("Graph leads from one page to another and back again.")
            call = _next(link)
            links.add(link or "")

    async def _send(self, call: Call, deadline: float, *, first: bool) -> Answer:
        now = self._clock()
        wait = self._pacing.wait(now)
        if now + wait >= deadline:
            raise OutOfTime
        if wait:
            await self._sleep(wait)
        try:
            async with asyncio.timeout(deadline - self._clock() + self._grace):
                return await self._graph.send(call)
        except TimeoutError as error:
            if first:
                raise GraphUnavailable("Graph did not answer within a run's time.") from error
            raise OutOfTime from error
        except GraphUnavailable as error:
            if first or error.retry_after is not None:
                raise
            raise WindowRefused(f"A further page is not to be had: {error}") from error
        finally:
            self._pacing.answered(self._clock())


def _path(window: Window) -> str:
    """Return the address of a window. Graph knows no "lt": what is of the end itself belongs to the next window."""
    of_window = f"activityDateTime ge {_time(window.start)} and activityDateTime le {_time(window.end)}"
    return (
        f"/auditLogs/directoryAudits?$filter={quote(of_window, safe=':')}"
        f"&$orderby={quote('activityDateTime asc')}&$top={PAGE_SIZE}"
    )


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _page(answer: Answer, *, first: bool) -> Page:
    if answer.ok:
        try:
            return page_of(answer.body)
        except MalformedPage as error:
            raise WindowRefused(str(error)) from error
    said = f"Graph answered {answer.status} {answer.error.code}: {answer.error.message}"
    if answer.status == _FORBIDDEN:
        raise LogClosed(f"The audit log takes the permission {PERMISSION} for the desk's audit identity. {said}")
    if first and answer.status >= _SERVER_ERROR:
        raise GraphUnavailable(said, answer.retry_after)
    raise WindowRefused(said)


def _next(link: str | None) -> Call | None:
    if not link:
        return None
    if len(link) > _LONGEST_LINK or not link.isprintable():
        raise WindowRefused("Graph named a further page by what is no address.")
    try:
        return further(link, {})
    except GraphUnavailable as error:
        raise WindowRefused(str(error)) from error
