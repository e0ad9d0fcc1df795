"""What the changed properties of a person come to, where they are not as they are recorded."""

from shared.audit import traces
from shared.audit.event import AuditEvent, Change, Target
from shared.audit.history_line import Kind, Method
from shared.audit.wording import label_of
from shared.methods import MethodType
from tests.shared.audit.barn import NOON


def test_a_value_nested_without_end_tells_nothing() -> None:
    """It does not keep the rest of somebody's history from being told."""
    change = Change(name="StrongAuthenticationMethod", old="[]", new="[" * 100_000 + "]" * 100_000)
    event = AuditEvent(id="x", at=NOON, targets=(Target(id="a", changes=(change,)),))

    (deed,) = traces.deeds_of(event)

    assert deed.methods == ()


def test_an_address_is_a_method_that_is_told_masked() -> None:
    """It stands among the phones, as the directory keeps it."""
    change = Change(name="StrongAuthenticationUserDetails", old="[]", new='[{"Email":"ada@home.example"}]')
    event = AuditEvent(id="x", at=NOON, targets=(Target(id="a", changes=(change,)),))

    (deed,) = traces.deeds_of(event)

    assert (deed.kind, deed.methods) == (
        Kind.METHODS_REGISTERED,
        (Method(MethodType.EMAIL, label_of(MethodType.EMAIL, "ada@home.example")),),
    )
    assert "ada@home" not in deed.methods[0].label
