"""A killed host and a storage account that goes away, on the real stand: one of many that `make faults-stand` plays."""

from pathlib import Path

import pytest

from tests.faults.killings import stand_in, trouble_of

pytestmark = pytest.mark.stand
BOTH = 2


def test_requests_come_to_their_ending_when_host_and_storage_fail_together(tmp_path: Path) -> None:
    """Each is done once, and announced; what the killed host had not begun waits on its queue."""
    assert trouble_of(BOTH) == "both"
    with stand_in(tmp_path) as killing:
        assert killing.faults_of(BOTH) == ()
