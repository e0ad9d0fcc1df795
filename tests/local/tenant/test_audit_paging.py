"""Pages of the audit log, while events keep arriving, and the ways in which a page goes wrong."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from local.tenant.audit.page import Position
from tests.local.tenant.auditor import AUDITS, Auditor, given
from tests.local.tenant.caller import error

OLDEST, NEWEST = "activityDateTime asc", "activityDateTime desc"
START = datetime.now(UTC) - timedelta(hours=1)


def _at(minutes: float) -> str:
    return (START + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


@pytest.fixture
def ten(auditor: Auditor) -> Auditor:
    """Fill the log with ten events, a minute apart, with their numbers as ids."""
    for number in range(10):
        auditor.control.audit.add(given(str(number), _at(number)))
    return auditor


def _pages(auditor: Auditor, **options: object) -> Iterator[list[str]]:
    page = auditor.page(**options)
    yield [event["id"] for event in page["value"]]
    while "@odata.nextLink" in page:
        page = auditor.following(page)
        yield [event["id"] for event in page["value"]]


@pytest.mark.parametrize("paging", ["byPlace", "byCount"])
def test_pages_have_every_event_once(ten: Auditor, paging: str) -> None:
    """The last one is shorter, and where they come out even none is empty."""
    ten.control.turn(audit_paging=paging)

    assert list(_pages(ten, top=4, orderby=OLDEST)) == [list("0123"), list("4567"), list("89")]
    assert list(_pages(ten, top=5, orderby=NEWEST)) == [list("98765"), list("43210")]


def test_a_link_keeps_the_question(ten: Auditor) -> None:
    """Filter, order, size and selection; and it is as long as need be."""
    page = ten.page(top=2, orderby=OLDEST, select="id", filter=f"activityDateTime ge {_at(5)}")

    assert page["value"] == [{"id": "5"}, {"id": "6"}]
    assert page["@odata.nextLink"].startswith(f"{ten.graph.url}{AUDITS}?$top=2&")
    assert ten.following(page)["value"] == [{"id": "7"}, {"id": "8"}]


def test_events_of_the_same_moment_are_told_apart(auditor: Auditor) -> None:
    """None is lost between two pages."""
    for number in range(9):
        auditor.control.audit.add(given(str(number), _at(0)))

    assert sorted(id_ for page in _pages(auditor, top=2, orderby=OLDEST) for id_ in page) == list("012345678")
    assert sorted(id_ for page in _pages(auditor, top=2, orderby=NEWEST) for id_ in page) == list("012345678")


def test_arrivals_do_not_shift_pages(ten: Auditor) -> None:
    """A new event is not among the older ones, and no other is seen twice or not at all."""
    first = ten.page(top=5, orderby=NEWEST)
    ten.control.audit.add(given("new", _at(20)))

    assert [event["id"] for event in ten.following(first)["value"]] == list("43210")


def test_an_event_that_comes_late_is_behind_the_reader(ten: Auditor) -> None:
    """Whoever reads upwards meets only what is still ahead; the rest needs a second reading."""
    first = ten.page(top=5, orderby=OLDEST)
    ten.control.audit.add(given("behind", _at(2.5)))
    ten.control.audit.add(given("ahead", _at(7.5)))

    assert [event["id"] for event in ten.following(first)["value"]] == ["5", "6", "7", "ahead", "8"]


def test_counting_pages_repeat_events(ten: Auditor) -> None:
    """What arrives meanwhile makes others appear twice, in either order."""
    ten.control.turn(audit_paging="byCount")
    down, up = ten.page(top=5, orderby=NEWEST), ten.page(top=5, orderby=OLDEST)
    ten.control.audit.add(given("new", _at(20)))
    ten.control.audit.add(given("late", _at(2.5)))

    assert [event["id"] for event in ten.following(down)["value"]] == ["5", "4", "3", "late", "2"]
    assert [event["id"] for event in ten.following(up)["value"]] == list("45678")


def test_counting_pages_lose_events(ten: Auditor) -> None:
    """What has become too old meanwhile makes others slip through."""
    ten.control.turn(audit_paging="byCount")
    first = ten.page(top=3, orderby=OLDEST)
    ten.control.turn(audit_retention_days=(datetime.now(UTC) - START - timedelta(minutes=1.5)) / timedelta(days=1))

    assert [event["id"] for event in first["value"]] == list("012")
    assert [event["id"] for event in ten.following(first)["value"]] == list("567")


@pytest.mark.parametrize("token", ["x", "e30=x", "W10", "!!", "bnVsbA", "%00", "ü", "eyJhZnRlciI6WzFdfQ"])
def test_a_token_of_somebody_elses_making_is_refused(auditor: Auditor, token: str) -> None:
    """400."""
    assert error(auditor.graph.call("GET", f"{AUDITS}?$skiptoken={token}"))[:2] == (400, "BadRequest")


def test_a_position_far_behind_the_log_has_nothing(ten: Auditor) -> None:
    """However far."""
    token = Position(skipped=10**15).token()

    assert ten.page(skiptoken=token)["value"] == []


# --- what goes wrong --------------------------------------------------------------------------------------------------


def test_only_the_link_to_a_next_page_fails(ten: Auditor) -> None:
    """A fault can hit pages by their query; tried again, it works."""
    ten.control.fault("answer", path="*/directoryAudits", query="*$skiptoken=*", status=500)
    page = ten.page(top=4, orderby=OLDEST)

    assert ten.graph.call("GET", page["@odata.nextLink"]).status_code == 500
    assert [event["id"] for event in ten.following(page)["value"]] == list("4567")


@pytest.mark.parametrize("effect", ["malformed", "errorWithin"])
def test_a_page_can_be_no_json(ten: Auditor, effect: str) -> None:
    """200 all the same."""
    ten.control.fault(effect, path="*/directoryAudits")  # type: ignore[arg-type]
    answer = ten.ask()

    assert answer.status_code == 200
    with pytest.raises(ValueError, match=r"Expecting|Invalid|Unterminated|Extra"):
        answer.json()


def test_an_error_can_stand_within_a_page(ten: Auditor) -> None:
    """As Graph was seen to write it: in the middle of the last event."""
    ten.control.fault("errorWithin", path="*/directoryAudits")
    text = ten.ask().text

    assert '"id":"1"' in text
    assert text.endswith('{"error":{"code":"InternalServerError","message":"An internal server error has occurred."}}')


def test_a_page_can_repeat(ten: Auditor) -> None:
    """Its link leads to itself once, and then on."""
    ten.control.fault("repeat", path="*/directoryAudits", skip=1)

    assert list(_pages(ten, top=4, orderby=OLDEST)) == [list("0123"), list("4567"), list("4567"), list("89")]


def test_the_last_page_can_repeat(ten: Auditor) -> None:
    """Then it has a link although nothing follows."""
    ten.control.fault("repeat", path="*/directoryAudits")

    assert list(_pages(ten, orderby=OLDEST)) == [list("0123456789")] * 2


def test_only_lists_repeat(ten: Auditor) -> None:
    """A single event, and a refusal, are what they are."""
    ten.control.fault("repeat", times=None)

    assert "@odata.nextLink" not in ten.graph.get(f"{AUDITS}/1")
    assert error(ten.ask(top=0))[0] == 400


def test_a_connection_can_break_within_a_page(ten: Auditor) -> None:
    """What was sent is not a page."""
    ten.control.fault("truncated", path="*/directoryAudits")

    with pytest.raises(httpx.RemoteProtocolError):
        ten.ask()
