"""A request at work in the model, or as many alike as make one job of it."""

from dataclasses import dataclass
from typing import Final

from bench.scale import assumptions as given

READING: Final = int(given.READINGS.value)


@dataclass
class Job:
    """Where a request stands."""

    arrived: float
    writes: int
    runs: int = 0
    begun: float = 0.0
    """When its present run began."""
    read: int = 0
    """Calls that this run has made before its first change."""
    done: int = 0
    checked: bool = False
    waited: float = 0.0
    """What its present call has waited for Graph."""
    ended: float = 0.0
    too_old: bool = False

    def begin(self, now: float) -> None:
        """Begin a run, which reads everything anew."""
        self.runs += 1
        self.begun, self.read, self.waited = now, 0, 0.0

    @property
    def is_writing(self) -> bool:
        """Whether its next call changes something."""
        return self.read >= READING and not self.is_looking

    @property
    def is_looking(self) -> bool:
        """Whether its next call looks at what is left, which comes before the revocation."""
        return self.read >= READING and self.done == self.writes - 1 and self.writes > 1 and not self.checked

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to be done."""
        return self.done == self.writes

    def advance(self) -> None:
        """Go on to the next call."""
        self.waited = 0.0
        if self.read < READING:
            self.read += 1
        elif self.is_looking:
            self.checked = True
        else:
            self.done += 1
