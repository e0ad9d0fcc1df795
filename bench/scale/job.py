"""A request at work in the model, or as many alike as make one job of it."""

from dataclasses import dataclass
from typing import Final

from bench.scale import assumptions as given
from bench.scale.instance import Instance

READING: Final = int(given.READINGS.value)


@dataclass(eq=False)
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
    waited: float = 0.0
    """What its present call has waited for Graph."""
    ended: float = 0.0
    too_old: bool = False
    at: Instance | None = None
    """Where its present run is."""
    is_inside: bool = False
    """Whether that run asks Graph, and does not wait at the door before it."""

    def begin(self, now: float, at: Instance) -> None:
        """Begin a run, which reads everything anew."""
        self.runs += 1
        self.begun, self.read, self.waited, self.at = now, 0, 0.0, at

    @property
    def is_writing(self) -> bool:
        """Whether its next call changes something."""
        return self.read >= READING

    @property
    def is_looking(self) -> bool:
        """Whether it looks at what is left beside its next call, which is the revocation."""
        return self.is_writing and self.done == self.writes - 1 and self.writes > 1

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to be done."""
        return self.done == self.writes

    def advance(self) -> None:
        """Go on to the next call."""
        self.waited = 0.0
        if self.read < READING:
            self.read += 1
        else:
            self.done += 1
