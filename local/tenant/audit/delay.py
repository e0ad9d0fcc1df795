"""How long an event takes until it is seen: 2 minutes for 95 % of them, 5 minutes for 99 %.

These are the last figures that Microsoft published (Entra documentation, reports latencies, since removed); Microsoft's
own "less than 15 minutes" (microsoft-graph-docs#6101) bounds the rest. There are no figures of today.
"""

from local.tenant.audit.chance import Chance

_STEPS = ((0.95, 15.0, 120.0), (0.99, 120.0, 300.0), (1.0, 300.0, 900.0))
"""Up to which share of the events the delay lies between which seconds."""


def delay(chance: Chance, bounds: tuple[float, float]) -> float:
    """Return the seconds, as published but never less and never more than the bounds; (0, 0) is at once."""
    shortest, longest = bounds
    return min(max(_published(chance.share()), shortest), longest)


def _published(share: float) -> float:
    below = 0.0
    for upto, low, high in _STEPS:
        if share <= upto:
            return low + (high - low) * (share - below) / (upto - below)
        below = upto
    return _STEPS[-1][2]
