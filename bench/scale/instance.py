"""An instance of the model: its places, and the door before Graph, as wide as shared/opening.py says."""

from collections import deque
from collections.abc import Callable

from bench.scale import assumptions as given
from shared.opening import Opening

Enter = Callable[[float], None]


class Instance:
    """Of jobs that stand for many requests each, as many instances alike, of which each has one of each job's."""

    def __init__(self) -> None:
        self.opening = Opening()
        self._taken = 0
        self._inside = 0
        self._line: deque[Enter] = deque()

    @property
    def has_room(self) -> bool:
        """Whether another job can be taken."""
        return self._taken < given.AT_WORK.value

    @property
    def inside(self) -> int:
        """How many ask Graph."""
        return self._inside

    def take(self) -> None:
        """Begin a run, which is not inside yet."""
        self._taken += 1

    def leave(self, now: float, *, was_inside: bool) -> None:
        """End a run."""
        self._taken -= 1
        if was_inside:
            self._inside -= 1
            self.opening.ended(now)

    def line_up(self, enter: Enter, *, has_begun: bool) -> None:
        """Have it wait for its turn; what has begun with its changes goes first."""
        (self._line.appendleft if has_begun else self._line.append)(enter)

    def give_up(self, enter: Enter) -> bool:
        """Have it wait no more; return whether it did."""
        try:
            self._line.remove(enter)
        except ValueError:
            return False
        return True

    def let_in(self, now: float) -> None:
        """Let in those who may."""
        while self._line and self.opening.lets_in(self._inside, now):
            self._inside += 1
            self._line.popleft()(now)
