"""Reads from Microsoft Graph that are more than one batch holds."""

from collections.abc import Mapping

from shared.graph import BATCH_LIMIT, Answer, Call, Graph
from shared.methods import ApiVersion


async def read_all(graph: Graph, version: ApiVersion, calls: Mapping[str, Call]) -> dict[str, Answer]:
    """Return Graph's answers by the names of the calls, in as few batches as hold them. Raises GraphUnavailable."""
    names = list(calls)
    answers: dict[str, Answer] = {}
    for start in range(0, len(names), BATCH_LIMIT):
        answers |= await graph.batch(version, {name: calls[name] for name in names[start : start + BATCH_LIMIT]})
    return answers
