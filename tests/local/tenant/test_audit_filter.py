"""$filter of the audit log: what is documented, and nothing else."""

from typing import Any

import pytest
from hypothesis import example
from hypothesis import given as having
from hypothesis import strategies as st

from tests.local.tenant.auditor import Auditor, given
from tests.local.tenant.caller import error
from tests.local.tenant.test_robustness import SLOWLY

PIECES = st.sampled_from(
    [
        "activityDateTime",
        "id",
        "targetResources/any(t:",
        "t/id",
        "startswith(",
        " eq ",
        " ge ",
        " and ",
        "'x'",
        "2026-06-01T10:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59.9999999-14:00",
        ",",
        ")",
        "'",
    ]
)

AT = "2026-06-01T10:00:00.1234567Z"


@pytest.fixture
def log(auditor: Auditor) -> Auditor:
    """Fill the log with three events, of an administrator, of an app and of nobody."""
    auditor.control.turn(audit_retention_days=36_500)
    person = {"id": "u1", "displayName": "O'Neil", "userPrincipalName": "oneil@contoso.com"}
    app = {"appId": "a1", "displayName": "Robot"}
    targets = [{"id": "t1", "displayName": "Adele Vance"}, {"id": "t2", "displayName": None}]
    events: list[dict[str, Any]] = [
        given("one", AT, correlationId="c1", initiatedBy={"user": person, "app": None}, targetResources=targets),
        given("two", "2026-06-01T10:00:00.1234568Z", initiatedBy={"user": None, "app": app}, result="failure"),
        given("three", "2026-06-01T10:00:01Z", loggedByService="PIM", category="RoleManagement"),
    ]
    for event in events:
        auditor.control.audit.add(event)
    return auditor


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"activityDateTime eq {AT}", ["one"]),
        (f"activityDateTime ge {AT}", ["one", "two", "three"]),
        ("activityDateTime ge 2026-06-01T10:00:00.1234568Z", ["two", "three"]),
        ("activityDateTime le 2026-06-01T10:00:00.1234567Z", ["one"]),
        ("activityDateTime le 2026-06-01T10:00:00.1234566Z", []),
        ("activityDateTime ge 2026-06-01", ["one", "two", "three"]),
        ("activityDateTime ge 2026-06-01T12:00:00.5+02:00", ["three"]),
        ("activityDateTime ge 2026-06-01T10:00Z and activityDateTime le 2026-06-01T10:00:00.2Z", ["one", "two"]),
        ("activityDisplayName eq 'Update group'", ["one", "two", "three"]),
        ("activityDisplayName eq 'update group'", []),
        ("startswith(activityDisplayName,'Update')", ["one", "two", "three"]),
        ("startswith(activityDisplayName, 'group')", []),
        ("correlationId eq 'c1'", ["one"]),
        ("id eq 'two'", ["two"]),
        ("loggedByService eq 'PIM'", ["three"]),
        ("initiatedBy/user/id eq 'u1'", ["one"]),
        ("initiatedBy/user/displayName eq 'O''Neil'", ["one"]),
        ("initiatedBy/user/userPrincipalName eq 'oneil@contoso.com'", ["one"]),
        ("startswith(initiatedBy/user/userPrincipalName,'oneil@')", ["one"]),
        ("initiatedBy/app/appId eq 'a1'", ["two"]),
        ("initiatedBy/app/displayName eq 'Robot'", ["two"]),
        ("targetResources/any(t:t/id eq 't2')", ["one"]),
        ("targetResources/any(t: t/displayName eq 'Adele Vance')", ["one"]),
        ("targetResources/any(each:startswith(each/displayName, 'Adele'))", ["one"]),
        ("targetResources/any(t:t/id eq 't3')", []),
        ("loggedByService eq 'Core Directory' and initiatedBy/app/appId eq 'a1'", ["two"]),
        ("id eq 'a and b'", []),
        ("", ["one", "two", "three"]),
    ],
)
def test_what_is_documented_filters(log: Auditor, text: str, expected: list[str]) -> None:
    """To the last of seven digits of the time, and with regard to case."""
    assert log.ids(filter=text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "category eq 'RoleManagement'",
        "result eq 'failure'",
        "operationType eq 'Update'",
        "activityDateTime gt 2026-06-01T10:00:00Z",
        "activityDateTime lt 2026-06-01T10:00:00Z",
        "activityDateTime ne 2026-06-01T10:00:00Z",
        "activityDateTime ge '2026-06-01T10:00:00Z'",
        "activityDateTime ge 2026-06-01T10:00:00",
        "activityDateTime ge 2026-06-01T10:00:00.12345678Z",
        "activityDateTime ge 2026-13-01",
        "activityDateTime ge yesterday",
        "createdDateTime ge 2026-06-01",
        "correlationId eq c1",
        "startswith(loggedByService,'Core')",
        "startswith(id,'one')",
        "startswith(initiatedBy/user/displayName,'O')",
        "contains(activityDisplayName,'group')",
        "initiatedBy/app/servicePrincipalId eq 's1'",
        "targetResources/any(t:t/userPrincipalName eq 'adele@contoso.com')",
        "targetResources/any(t:t/id eq 't1' and t/displayName eq 'x')",
        "targetResources/all(t:t/id eq 't1')",
        "targetResources/any(t:u/id eq 't1')",
        "targetResources/id eq 't1'",
        "targetResources/any/id eq 't1'",
        "targetResources/*/id eq 't1'",
        "id eq 'one' or id eq 'two'",
        "not (id eq 'one')",
        "(id eq 'one')",
        "id eq 'one' and ",
        "id eq 'one",
        "id eq 'one' id eq 'two'",
        "id",
    ],
)
def test_everything_else_is_refused(log: Auditor, text: str) -> None:
    """400, and nothing is let through by mistake."""
    status, code, message = error(log.ask(filter=text))

    assert (status, code) == (400, "BadRequest")
    assert message.startswith("Invalid filter clause")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("category eq 'RoleManagement'", ["three"]),
        ("result eq 'failure'", ["two"]),
        (f"activityDateTime gt {AT}", ["two", "three"]),
        ("activityDateTime lt 2026-06-01T10:00:01Z", ["one", "two"]),
    ],
)
def test_what_clients_send_undocumented_is_a_switch(log: Auditor, text: str, expected: list[str]) -> None:
    """No source settles whether it works."""
    log.control.turn(audit_unconfirmed_filters=True)

    assert log.ids(filter=text) == expected


@pytest.mark.parametrize(
    "event",
    [
        {},
        None,
        "text",
        {"id": 7},
        {"id": "one", "initiatedBy": None, "targetResources": None},
        {"id": "one", "initiatedBy": {"user": None}, "targetResources": [None]},
        {"initiatedBy": "somebody", "targetResources": {"id": "t1"}},
        {"initiatedBy": {"user": "somebody"}, "targetResources": ["t1"]},
    ],
)
@pytest.mark.parametrize(
    "text", ["id eq 'nothing'", "initiatedBy/user/id eq 'somebody'", "targetResources/any(t:t/id eq 't1')"]
)
def test_a_malformed_event_fits_nothing(auditor: Auditor, event: Any, text: str) -> None:
    """And breaks nothing."""
    auditor.control.audit.add(event)

    assert auditor.page(filter=text)["value"] == []
    assert auditor.page()["value"] == [event]


@SLOWLY
@having(text=st.one_of(st.lists(PIECES, max_size=12).map("".join), st.text(max_size=30)))
@example(text="activityDateTime ge 0001-01-01T00:00:00+14:00")
@example(text="activityDateTime le 9999-12-31T23:59:59.9999999-14:00")
def test_no_filter_is_a_500(auditor: Auditor, text: str) -> None:
    """It is understood or refused."""
    assert auditor.ask(filter=text).status_code in {200, 400}
