"""Settings that are right each by itself and not beside each other: one sentence that names both, and the way out.

APPROVAL_LIFETIME above MAX_REQUEST_AGE is none: a request then waits for as long as it may be old, and not longer.
Nor is ENTRA_AUDIT_RETENTION above AUDIT_RETENTION: what the desk does not keep it does not read.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from shared.environment import SettingsError, written

if TYPE_CHECKING:
    from shared.settings import AuditSettings, Settings

POISON: Final = "-poison"
"""What the host puts behind a queue's name for the queue of what exhausted its tries."""
FUNCTION_TIMEOUT: Final = timedelta(minutes=10)
"""functionTimeout of host.json, which the host enforces and does not tell its functions."""
_TO_END: Final = timedelta(minutes=2)
"""What a run may take beyond its budget: its last page, and what of it is stored."""


def refuse(settings: "Settings") -> None:
    """Raise SettingsError at the first contradiction."""
    for sentence in (*_of_queues(settings), *_of_audit(settings.audit)):
        raise SettingsError(sentence)


def _of_queues(settings: "Settings") -> Iterator[str]:
    """Yield two uses of one queue: what the desk announces would come back to it as requests, or end as exhausted."""
    taken: dict[str, str] = {}
    for setting, queue in (
        ("REQUEST_QUEUE", settings.request_queue),
        ("REQUEST_QUEUE", settings.request_queue + POISON),
        ("RESULT_QUEUE", settings.result_queue),
        ("REPORT_QUEUE", settings.report_queue),
        ("BULK_QUEUE", settings.bulk_queue),
        ("BULK_QUEUE", settings.bulk_queue + POISON),
    ):
        if queue in taken:
            yield (
                f"Settings '{taken[queue]}' and '{setting}' both come to the queue '{queue}'; give each a queue of its "
                "own."
            )
        taken[queue] = setting


def _of_audit(audit: "AuditSettings") -> Iterator[str]:
    if audit.again_after < audit.settle:
        yield (
            f"Setting 'HARVEST_AGAIN_AFTER' is {written(audit.again_after)}, and 'HARVEST_SETTLE' is "
            f"{written(audit.settle)}: what is still settling would be read for the second time already; set "
            f"HARVEST_AGAIN_AFTER to {written(audit.settle)} or more."
        )
    if audit.budget > FUNCTION_TIMEOUT - _TO_END:
        yield (
            f"Setting 'HARVEST_BUDGET' is {written(audit.budget)}, and 'functionTimeout' in host.json is "
            f"{written(FUNCTION_TIMEOUT)}, of which a run needs {written(_TO_END)} to end; set HARVEST_BUDGET to "
            f"{written(FUNCTION_TIMEOUT - _TO_END)} or less."
        )
