"""Collections of Microsoft Graph, read whole; and what it means when Graph will not let them be read."""

from typing import Final, TypeVar

from shared.graph import Answer, Call, Graph, GraphUnavailable, further
from shared.graph_shapes import Page

T = TypeVar("T")
_FORBIDDEN: Final = 403


class RefusedError(Exception):
    """Graph does not let whoever is signed in do this; the sentence says what it takes."""


async def collection(graph: Graph, call: Call, shape: type[Page[T]]) -> list[T]:
    """Return a collection with all its pages. Raises RefusedError, GraphUnavailable."""
    items, following = list[T](), call
    while True:
        page = readable(await graph.send(following), call).decoded(shape)
        items += page.value
        if page.next_link is None:
            return items
        following = further(page.next_link, call.headers)


def readable(answer: Answer, call: Call) -> Answer:
    """Return an answer that tells something. Raises RefusedError, GraphUnavailable."""
    if answer.ok:
        return answer
    what = call.path.partition("?")[0]
    if answer.status == _FORBIDDEN:
        raise RefusedError(
            f"Graph did not let {what} be read ({words(answer)}). Sign in as a member of the tenant, and consent to "
            "the permissions that docs/delegating.md lists."
        )
    raise GraphUnavailable(f"reading {what} was answered with {words(answer)}")


def words(answer: Answer) -> str:
    """Return what Graph said, in a line."""
    return f"{answer.status} {answer.error.code}: {answer.error.message}"
