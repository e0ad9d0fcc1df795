"""The alarm: the desk's identity did something that no request of the ledger accounts for, and somebody must know now.

The report would tell it the next morning. The log line is what the alert `unattributed-change` looks for.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from shared.audit.histories import Histories
from shared.audit.history_line import Standing

log: Final = logging.getLogger("mfadesk")
LEDGER_TELLS_WITHIN: Final = timedelta(minutes=15)
"""By then the request behind a change can be found: a run has to itself five minutes, and another one after a crash."""


class Alarms:
    """Looks for such changes after each harvest, and says each once for as long as this process lives."""

    def __init__(self, histories: Histories, reach: timedelta, now: Callable[[], datetime]) -> None:
        """reach: how far back events may still come to light."""
        self._histories = histories
        self._reach = reach
        self._now = now
        self._said: set[str] = set()

    async def look(self) -> int:
        """Say what is new; return how much that is."""
        now = self._now()
        lines = await self._histories.between(now - self._reach, now - LEDGER_TELLS_WITHIN)
        found = [line for line in lines if line.standing is Standing.ALARM and line.id not in self._said]
        for line in found:
            deeds = ", ".join(deed.kind for deed in line.deeds)
            log.error("alarm: by the desk's identity and by no request of it: %s at %s (%s)", deeds, line.at, line.id)
        # What is out of reach is not looked at again.
        self._said = {line.id for line in lines if line.standing is Standing.ALARM}
        return len(found)
