"""How late events are seen, and in which order."""

from local.tenant.audit.chance import Chance
from local.tenant.audit.delay import delay
from tests.local.tenant.auditor import Auditor, given
from tests.local.tenant.caller import ADELE, DIEGO, PATTI

WIDE = (0.0, 3600.0)


def test_delays_are_those_that_were_published() -> None:
    """2 minutes for 95 %, 5 for 99 %, and never more than Microsoft's own quarter of an hour."""
    delays = sorted(delay(Chance(number), WIDE) for number in range(10_000))

    assert 115 < delays[9_499] < 130
    assert 280 < delays[9_899] < 330
    assert 600 < delays[-1] <= 900


def test_a_delay_is_within_its_bounds() -> None:
    """Equal ones make it exact."""
    delays = [delay(Chance(number), (60, 90)) for number in range(1000)]

    assert (min(delays), max(delays)) == (60, 90)
    assert {delay(Chance(number), (0, 0)) for number in range(1000)} == {0}


def test_an_event_is_not_seen_at_once(auditor: Auditor) -> None:
    """By default it takes a while, on the tenant's clock; then it is there with the time at which it happened."""
    auditor.control.turn(audit_delay=(60, 60))
    auditor.control.revoke(ADELE, actor=f"admin:{PATTI}")
    before = auditor.events()
    auditor.control.advance(61)
    after = auditor.events()

    assert before == []
    assert [event["activityDateTime"] for event in after] == [event.at for event in auditor.control.audit.events()]


def test_by_default_events_are_late(auditor: Auditor) -> None:
    """A reader who trusts in fresh events fails."""
    auditor.control.reset()
    auditor.control.revoke(ADELE, actor=f"admin:{PATTI}")

    assert auditor.events() == []


def test_events_are_seen_out_of_order(auditor: Auditor) -> None:
    """One that happened later can be there first."""
    auditor.control.audit.add(given("first"), late=120)
    auditor.control.audit.add(given("second"), late=30)
    auditor.control.advance(60)
    early = auditor.ids()
    auditor.control.advance(70)

    assert (early, auditor.ids()) == (["second"], ["first", "second"])


def test_the_events_of_one_operation_come_apart(auditor: Auditor) -> None:
    """Each has a delay of its own."""
    auditor.control.turn(audit_delay=(15, 900))
    for who in (ADELE, DIEGO):
        auditor.control.reset_in_portal(who, admin=PATTI)

    assert len({event.visible_from for event in auditor.control.audit.events()}) == 4


def test_an_event_that_is_not_seen_cannot_be_read_by_its_id(auditor: Auditor) -> None:
    """Nor be filtered for."""
    auditor.control.audit.add(given("hidden"), late=60)

    assert auditor.graph.call("GET", "/v1.0/auditLogs/directoryAudits/hidden").status_code == 404
    assert auditor.ids(filter="id eq 'hidden'") == []
