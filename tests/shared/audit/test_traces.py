"""What the changed properties of a person come to, where they are not as they are recorded."""

from shared.audit import traces
from shared.audit.event import AuditEvent, Change, Target
from tests.shared.audit.barn import NOON


def test_a_value_nested_without_end_tells_nothing() -> None:
    """It does not keep the rest of somebody's history from being told."""
    change = Change(name="StrongAuthenticationMethod", old="[]", new="[" * 100_000 + "]" * 100_000)
    event = AuditEvent(id="x", at=NOON, targets=(Target(id="a", changes=(change,)),))

    (deed,) = traces.deeds_of(event)

    assert deed.methods == ()
