"""Why a call about a bulk request is not done."""

from datetime import datetime

from shared.delegation import Decision


class BulkRefused(Exception):
    """A bulk request may not be made, whoever its people are."""

    def __init__(self, decision: Decision, record_id: str) -> None:
        super().__init__(decision.reason)
        self.decision = decision
        self.record_id = record_id
        """Under which the attempt is on record."""


class BulkConflict(Exception):
    """The id of a bulk request belongs to another one."""

    def __init__(self, bulk_id: str, accepted_at: datetime) -> None:
        detail = f"A bulk request '{bulk_id}' with other content was accepted at {accepted_at:%Y-%m-%d %H:%M} UTC."
        super().__init__(f"{detail} Give this one an id of its own.")
        self.bulk_id = bulk_id


class NoSuchBulk(Exception):
    """There is no such bulk request."""

    def __init__(self, bulk_id: str) -> None:
        super().__init__(f"There is no bulk request '{bulk_id}' on record.")


class NotYours(Exception):
    """Somebody else's bulk request is for a privileged operator to pause, to resume and to cancel."""


class BulkEnded(Exception):
    """A bulk request has ended, and nothing about it can be changed any more."""

    def __init__(self, bulk_id: str, status: str) -> None:
        super().__init__(f"Bulk request '{bulk_id}' has ended: it is {status}. Ask anew for whoever is left.")
        self.bulk_id = bulk_id
