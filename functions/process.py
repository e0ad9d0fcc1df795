"""What a worker process has one of."""

import functools
import os

from shared import settings
from shared.assembly import Premises
from shared.desk import Desk


@functools.cache
def premises() -> Premises:
    """Return the premises of this process, put together at their first use: an import reads no setting."""
    return Premises(settings.read(os.environ))


def desk() -> Desk:
    """Return the desk."""
    return premises().desk
