"""What a worker process has one of."""

import functools
import os

from shared import settings
from shared.assembly import assemble
from shared.desk import Desk


@functools.cache
def desk() -> Desk:
    """Return the desk of this process, put together at its first use: an import reads no setting."""
    return assemble(settings.read(os.environ))
