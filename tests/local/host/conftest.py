"""What the host's own tests ask for."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.local.host.guarded import Guarded


@pytest.fixture
async def guarded(tmp_path: Path) -> AsyncIterator[Guarded]:
    """Yield an app behind App Service Authentication, which nobody has signed in to yet."""
    app = Guarded(tmp_path)
    yield app
    await app.close()
