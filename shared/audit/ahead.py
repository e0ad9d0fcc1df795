"""Reading ahead: the next one is fetched while this one is at work."""

import asyncio
from collections.abc import AsyncGenerator
from typing import TypeVar

T = TypeVar("T")


async def ahead(source: AsyncGenerator[T, None]) -> AsyncGenerator[T, None]:
    """Yield what the source yields, one step behind it.

    What the source raises is raised once all that came before is done with; when this is closed, so is the source.
    """
    coming = asyncio.ensure_future(anext(source, None))
    try:
        while (one := await coming) is not None:
            coming = asyncio.ensure_future(anext(source, None))
            yield one
    finally:
        coming.cancel()
        await asyncio.gather(coming, return_exceptions=True)
        await source.aclose()
