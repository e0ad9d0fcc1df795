"""What became of a day's requests."""

from dataclasses import dataclass
from functools import cached_property

from bench.scale import assumptions as given
from bench.scale.job import Job


@dataclass(frozen=True)
class Verdict:
    """The requests as they ended."""

    jobs: tuple[Job, ...]
    weight: int
    refused: int
    """Calls that Graph answered with 429."""

    @property
    def requests(self) -> int:
        """How many requests came."""
        return len(self.jobs) * self.weight

    @cached_property
    def waits(self) -> list[float]:
        """How long those that were done took from arrival to ending, in order."""
        return sorted(job.ended - job.arrived for job in self.jobs if not job.too_old)

    def wait(self, share: float) -> float:
        """Return within how many seconds that share of them was done."""
        return self.waits[min(len(self.waits) - 1, int(share * len(self.waits)))]

    @property
    def last(self) -> float:
        """The second when the last one was done."""
        return max(job.ended for job in self.jobs if not job.too_old)

    @property
    def too_old(self) -> float:
        """The share of those that ended because their time was over."""
        return sum(job.too_old for job in self.jobs) / len(self.jobs)

    @property
    def half_done(self) -> float:
        """The share of those whose time was over when some of it, but not all, was done."""
        return sum(job.too_old and job.done > 0 for job in self.jobs) / len(self.jobs)

    @property
    def runs(self) -> float:
        """How often a request was begun with, on average."""
        return sum(job.runs for job in self.jobs) / len(self.jobs)

    @property
    def storage(self) -> float:
        """Storage requests for each of them."""
        return given.STORAGE_OF_A_RESET.value + (self.runs - 1) * given.STORAGE_OF_A_DEFERRAL.value

    def done_by(self, second: float) -> float:
        """Return the share of all that was done by then."""
        return sum(not job.too_old and job.ended <= second for job in self.jobs) / len(self.jobs)
