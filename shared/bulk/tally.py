"""The counts of a bulk request, summed up as it goes on: its progress is read in one row, whatever its size."""

from collections import Counter
from collections.abc import Iterable, Mapping

import msgspec

from shared.bulk.ending import Ending


class Tally(msgspec.Struct, frozen=True):
    """How many have ended, and how."""

    done: int = 0
    by_status: Mapping[str, int] = {}
    by_rule: Mapping[str, int] = {}
    """Of those who were refused: by the rule that did, or the problem."""
    by_reach: Mapping[str, int] = {}
    need_approval: int = 0

    def and_these(self, endings: Iterable[Ending]) -> "Tally":
        """Return the counts with these endings among them."""
        endings = tuple(endings)
        return Tally(
            done=self.done + len(endings),
            by_status=_more(self.by_status, (ending.status for ending in endings)),
            by_rule=_more(self.by_rule, (ending.refused_by for ending in endings if ending.refused_by)),
            by_reach=_more(self.by_reach, (ending.reach.value for ending in endings)),
            need_approval=self.need_approval + sum(ending.needs_approval for ending in endings),
        )


def _more(counts: Mapping[str, int], seen: Iterable[str]) -> dict[str, int]:
    return dict(sorted((Counter(counts) + Counter(seen)).items()))
