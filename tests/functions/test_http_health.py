"""Health over HTTP: what a probe is told of the settings and of the permissions."""

from collections.abc import Mapping
from typing import cast

import pytest

from functions import process, service
from shared import settings
from shared.assembly import Premises
from shared.environment import SettingsError
from shared.lookups.held_permissions import Grants
from shared.permissions import SESSIONS, SHOW_PER_USER_MFA
from tests.functions.visit import Behind, behind, call, told

SETTINGS = {
    "DeskStorage": "UseDevelopmentStorage=true",
    "REQUEST_QUEUE": "reset-requests",
    "RESULT_QUEUE": "reset-results",
    "REPORT_QUEUE": "reports",
    "BULK_QUEUE": "bulk-requests",
}
NO_SESSIONS = {"permission": "User.RevokeSessions.All", "identity": "reset", "without": "no revocations"}
NO_PREVIEW = {
    "permission": "Policy.Read.All",
    "identity": "reset",
    "without": "the preview says that it may not be read",
}


@pytest.mark.parametrize(
    ("grants", "expected"),
    [
        pytest.param(Grants(), {"status": "ok", "missingPermissions": []}, id="all there"),
        pytest.param(
            Grants(missing=(SESSIONS, SHOW_PER_USER_MFA)),
            {"status": "degraded", "missingPermissions": [NO_SESSIONS, NO_PREVIEW]},
            id="some missing",
        ),
        pytest.param(
            Grants(missing=(SHOW_PER_USER_MFA,)),
            {"status": "ok", "missingPermissions": [NO_PREVIEW]},
            id="nothing missing but what a preview shows",
        ),
        pytest.param(
            Grants(unread=("Graph was away.",), graph_away=True),
            {"status": "degraded", "missingPermissions": [], "unread": "Graph was away."},
            id="Graph away",
        ),
        pytest.param(
            Grants(unread=("One.", "Two.")),
            {"status": "ok", "missingPermissions": [], "unread": "One. Two."},
            id="nobody knows",
        ),
    ],
)
async def test_a_probe_is_told_what_is_missing_and_let_be(grants: Grants, expected: dict[str, object]) -> None:
    """200 whatever Graph says: another instance would be no better off."""
    answer = await call(service.show_health, behind(grants), headers={})

    assert (answer.status_code, told(answer)) == (200, expected)


def _premises(changes: Mapping[str, str]) -> Behind:
    return cast("Behind", Premises(settings.read({**SETTINGS, **changes})))


async def test_a_time_zone_that_is_none_shows_at_once() -> None:
    """And not only the next morning, when there is no report."""
    answer = await call(service.show_health, _premises({"TIME_ZONE": "Europe/Atlantis"}), headers={})

    assert answer.status_code == 500
    assert told(answer)["detail"] == "Setting 'TIME_ZONE' is 'Europe/Atlantis'; write an IANA name, like Europe/Berlin."


def test_a_queue_or_timer_function_fails_with_the_sentence_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is what the host logs: no other error stands behind it."""
    for name, value in {**SETTINGS, "RUN_LEASE": "soon"}.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError) as failed:
        process.premises.__wrapped__()

    assert str(failed.value) == "Setting 'RUN_LEASE' is 'soon'; write a duration as [days.]hh:mm:ss, like 00:05:00."
    assert (failed.value.__cause__, failed.value.__context__) == (None, None)


async def test_a_desk_without_client_ids_says_so() -> None:
    """Graph is not asked, and nothing is made up."""
    answer = await call(service.show_health, _premises({}), headers={})

    assert (answer.status_code, told(answer)["status"], told(answer)["missingPermissions"]) == (200, "ok", [])
    assert "'RESET_IDENTITY_CLIENT_ID' is missing" in told(answer)["unread"]
