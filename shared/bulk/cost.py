"""What a call costs of what Graph allows an application in one tenant.

Identity and access limits (Microsoft Graph documentation, throttling limits): for a tenant of more than 500 people
8,000 resource units in 10 seconds, and 3,000 writes in 150 seconds. For authentication methods none is documented:
their changes are counted as writes, and their 429 is obeyed.
"""

from collections.abc import Iterable
from typing import Final

import msgspec
from kiota_abstractions.method import Method

from shared.graph import Call

WRITES: Final = 3_000 / 150
"""A second."""
UNITS: Final = 8_000 / 10
"""A second."""
_BATCH: Final = "/$batch"
_TWO: Final = ("/transitiveMemberOf/", "/memberOf/")


class Cost(msgspec.Struct, frozen=True):
    """Of one call, or of several."""

    units: int = 0
    writes: int = 0


def cost_of(calls: Iterable[Call]) -> Cost:
    """Return what calls cost together; a batch costs what its members do."""
    costs = [_cost(call) for call in calls if call.path != _BATCH]
    return Cost(sum(cost.units for cost in costs), sum(cost.writes for cost in costs))


def _cost(call: Call) -> Cost:
    if call.method is not Method.GET:
        return Cost(1, 1)
    path, _, query = call.path.partition("?")
    person = path.startswith("/users/") and path.count("/") == 2  # noqa: PLR2004 - /users/{id}
    base = 2 if person or any(part in path for part in _TWO) else 1
    return Cost(max(1, base - ("$select=" in query) + ("$expand=" in query)))
