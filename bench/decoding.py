"""Decoding a page of the audit log into the desk's own events, against msgraph-sdk's models, from the same bytes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from statistics import median

from bench import workbench
from bench.measurement import Measurement
from local.tenant.control_client import ControlClient

EVENTS = 999
ROUNDS = 3


def measure() -> Iterator[Measurement]:
    """Decode the same page in turn, so that whatever else the machine does meets both."""
    now = datetime.now(UTC)
    with workbench.stand(with_host=False) as stand, ControlClient(stand.tenant_url) as tenant:
        since, until = now - timedelta(hours=2), now - timedelta(hours=1)
        tenant.audit.crowd(EVENTS, since=since.isoformat(), until=until.isoformat())
        size, *told = workbench.run(stand, "-m", "bench.decoder", str(EVENTS), str(ROUNDS))
    theirs, ours = told[::2], told[1::2]
    ratio = median(sdk / desk for sdk, desk in zip(theirs, ours, strict=True))
    how = (
        f"a page of {EVENTS} events, {size / 1024:.0f} KiB: {median(ours) * 1000:.1f} ms against {median(theirs):.1f} s"
    )
    yield Measurement("audit events decoded, times faster than msgraph-sdk", ratio, 300, "at least", how)
