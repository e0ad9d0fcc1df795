"""Settings beside each other: which ones contradict each other, and what is said of them."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from shared import settings
from shared.contradictions import FUNCTION_TIMEOUT
from shared.environment import SettingsError, written

ROOT = Path(__file__).parents[2]
LAPTOP = {
    "DeskStorage": "UseDevelopmentStorage=true",
    "REQUEST_QUEUE": "reset-requests",
    "RESULT_QUEUE": "reset-results",
    "REPORT_QUEUE": "reports",
    "BULK_QUEUE": "bulk-requests",
}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        pytest.param(
            {"RESULT_QUEUE": "reset-requests"},
            "Settings 'REQUEST_QUEUE' and 'RESULT_QUEUE' both come to the queue 'reset-requests'; give each a queue of "
            "its own.",
            id="endings among the requests",
        ),
        pytest.param(
            {"REPORT_QUEUE": "reset-results"},
            "Settings 'RESULT_QUEUE' and 'REPORT_QUEUE' both come to the queue 'reset-results'; give each a queue of "
            "its own.",
            id="reports among the endings",
        ),
        pytest.param(
            {"RESULT_QUEUE": "reset-requests-poison"},
            "Settings 'REQUEST_QUEUE' and 'RESULT_QUEUE' both come to the queue 'reset-requests-poison'; give each a "
            "queue of its own.",
            id="endings among the exhausted requests",
        ),
        pytest.param(
            {"HARVEST_AGAIN_AFTER": "00:04:59"},
            "Setting 'HARVEST_AGAIN_AFTER' is 00:04:59, and 'HARVEST_SETTLE' is 00:05:00: what is still settling would "
            "be read for the second time already; set HARVEST_AGAIN_AFTER to 00:05:00 or more.",
            id="read again before it has settled",
        ),
        pytest.param(
            {"HARVEST_BUDGET": "00:08:01"},
            "Setting 'HARVEST_BUDGET' is 00:08:01, and 'functionTimeout' in host.json is 00:10:00, of which a run "
            "needs 00:02:00 to end; set HARVEST_BUDGET to 00:08:00 or less.",
            id="longer than the host lets a run last",
        ),
    ],
)
def test_a_contradiction_names_both_settings_and_the_way_out(changes: dict[str, str], sentence: str) -> None:
    """One sentence, whether a setting was set or has its default."""
    with pytest.raises(SettingsError) as refused:
        settings.read({**LAPTOP, **changes})

    assert sentence == str(refused.value)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"HARVEST_AGAIN_AFTER": "00:05:00"}, id="read again as soon as it has settled"),
        pytest.param({"AUDIT_RETENTION": "14.00:00:00"}, id="kept for less long than Entra does"),
        pytest.param({"HARVEST_BUDGET": "00:08:00"}, id="all that the host leaves"),
        pytest.param({"APPROVAL_LIFETIME": "2.00:00:00"}, id="an approval that may take longer than the request lives"),
    ],
)
def test_what_just_fits_is_no_contradiction(changes: dict[str, str]) -> None:
    """An approval that is awaited for too long ends with its request, and so contradicts nothing."""
    assert settings.read({**LAPTOP, **changes}).request_queue == "reset-requests"


def test_the_timeout_is_that_of_the_host() -> None:
    """Nobody tells a function how long it may take; so the two have to agree."""
    host = msgspec.json.decode(ROOT.joinpath("host.json").read_bytes())

    assert written(FUNCTION_TIMEOUT) == host["functionTimeout"]


@pytest.mark.parametrize("text", ["00:00:01", "23:59:59", "1.00:00:00", "9999.01:02:03"])
def test_a_duration_is_written_as_it_is_read(text: str) -> None:
    """So that a sentence can be copied into the setting."""
    days, _, time = text.rpartition(".")
    hours, minutes, seconds = (int(part) for part in time.split(":"))

    assert text == written(timedelta(days=int(days or 0), hours=hours, minutes=minutes, seconds=seconds))
