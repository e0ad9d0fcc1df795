"""Bulk requests over HTTP: what is handed to the bulk desk, and which status tells what has become of it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from functions import bulk
from shared.bulk.bulk import BulkList, BulkStatus
from shared.bulk.bulk_desk import BulkTold
from shared.bulk.refusals import BulkConflict, BulkEnded, BulkRefused, NoSuchBulk, NotYours
from shared.delegation import Decision, Effect, Rule
from tests.functions.visit import ADELE, AUDITOR, LEE, NOW, OPERATOR, TOKEN, behind, call, signed_in, told
from tests.shared.bulk.test_counts import SHOWN

ROOT = Path(__file__).parents[2]
LOADED = "import sys, function_app; print([each for each in sys.modules if each.startswith('shared.bulk.')])"
ASKED = {"id": "INC-7", "users": [ADELE], "actions": ["revokeSessions"]}
HERE = "/api/bulk-requests/INC-7"
TOLD = BulkTold(request=SHOWN, version="v-1")
VERBS = [bulk.pause_bulk_request, bulk.resume_bulk_request, bulk.cancel_bulk_request]
BY_PROGRAM = {**TOKEN, **signed_in(OPERATOR), "content-type": "application/json"}
REFUSED = Decision(Effect.REFUSED, Rule.REQUESTER_LACKS_AUTHORITY, "It takes an operator.")


async def submit(says: Any, body: Any = ASKED, **headers: str) -> Any:
    """Return the answer to a bulk request of which the desk says that."""
    return await call(bulk.submit_bulk_request, behind(says), headers={**BY_PROGRAM, **headers}, body=body)


@pytest.mark.parametrize(("fresh", "status"), [(True, 202), (False, 200)])
async def test_what_is_accepted_is_told_with_where_to_look(*, fresh: bool, status: int) -> None:
    """202 for what is on record now, 200 for what was before."""
    answer = await submit(BulkTold(request=SHOWN, version="v-1", fresh=fresh))

    assert (answer.status_code, answer.headers["Location"], answer.headers["ETag"]) == (status, HERE, '"v-1"')
    assert answer.headers["Cache-Control"] == "no-store"
    assert told(answer)["byReach"] == {"standard": 50, "privileged": 0, "protected": 0, "unknown": 0}


async def test_the_desk_is_asked_in_the_callers_name() -> None:
    """Whoever has signed in."""
    desk = behind(TOLD)

    await call(bulk.submit_bulk_request, desk, headers=BY_PROGRAM, body=ASKED)

    ((verb, (order, by), _),) = desk.part.asked
    assert (verb, order.users, by.id) == ("accept", (ADELE,), LEE)


async def test_a_malformed_person_is_named_by_their_place() -> None:
    """And nothing of it is accepted."""
    desk = behind(TOLD)

    answer = await call(
        bulk.submit_bulk_request, desk, headers=BY_PROGRAM, body={**ASKED, "users": [*[ADELE] * 17, "x"]}
    )

    assert (answer.status_code, told(answer)["field"], desk.part.asked) == (400, "users[17]", [])


async def test_a_body_may_be_a_mebibyte_here() -> None:
    """Ten thousand people do not fit into what a single request may have."""
    users = [f"{'x' * 80}{number:05}@contoso.com" for number in range(10_000)]
    body = json.dumps({**ASKED, "users": users}).encode()

    assert 65_536 < len(body) <= 1_048_576
    assert (await submit(TOLD, body)).status_code == 200
    assert (await submit(TOLD, body + b" " * 1_048_576)).status_code == 413


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        (BulkRefused(REFUSED, "r-1"), 403, "refused"),
        (BulkConflict("INC-7", NOW), 409, "conflict"),
        (NoSuchBulk("INC-7"), 404, "notFound"),
    ],
)
async def test_what_is_not_done_is_told(error: Exception, status: int, kind: str) -> None:
    """As a problem, by its kind."""
    answer = await submit(error)

    assert (answer.status_code, told(answer)["type"]) == (status, f"urn:mfa-desk:problem:{kind}")


async def test_a_refusal_leads_to_its_record() -> None:
    """Where the attempt stands."""
    answer = await submit(BulkRefused(REFUSED, "r-1"))

    assert told(answer)["rule"] == "requesterLacksAuthority"
    assert told(answer)["instance"] == answer.headers["Location"] == "/api/requests/r-1/messages"


@pytest.mark.parametrize("verb", VERBS)
async def test_an_intervention_is_answered_with_how_it_stands(verb: Any) -> None:
    """With a body or without."""
    answers = [await call(verb, behind(TOLD), headers=BY_PROGRAM, id="INC-7", body=body) for body in (b"", b"{}")]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert told(answers[0])["status"] == BulkStatus.RUNNING


@pytest.mark.parametrize("verb", VERBS)
async def test_an_intervention_takes_no_body(verb: Any) -> None:
    """What somebody meant by one would be passed over."""
    answer = await call(verb, behind(TOLD), headers=BY_PROGRAM, id="INC-7", body={"at": "noon"})

    assert answer.status_code == 400


@pytest.mark.parametrize("verb", VERBS)
async def test_an_auditor_intervenes_in_nothing(verb: Any) -> None:
    """They read."""
    headers = {**BY_PROGRAM, **signed_in(AUDITOR)}

    assert (await call(verb, behind(TOLD), headers=headers, id="INC-7")).status_code == 403


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        (NotYours("It is not yours."), 403, "lacksAuthority"),
        (BulkEnded("INC-7", "finished"), 409, "bulkEnded"),
        (NoSuchBulk("INC-7"), 404, "notFound"),
    ],
)
async def test_an_intervention_that_cannot_be_is_told(error: Exception, status: int, kind: str) -> None:
    """As a problem, by its kind."""
    answer = await call(bulk.pause_bulk_request, behind(error), headers=BY_PROGRAM, id="INC-7")

    assert (answer.status_code, told(answer)["type"]) == (status, f"urn:mfa-desk:problem:{kind}")


@pytest.mark.parametrize("verb", [bulk.list_bulk_requests, bulk.show_bulk_request, bulk.show_outcomes])
@pytest.mark.parametrize(("roles", "status"), [((), 403), ((AUDITOR,), 200)])
async def test_reading_takes_an_auditor(verb: Any, roles: tuple[str, ...], status: int) -> None:
    """As everywhere."""
    says = {bulk.list_bulk_requests: BulkList(bulk_requests=()), bulk.show_outcomes: b"person"}.get(verb, TOLD)

    answer = await call(verb, behind(says), headers={**TOKEN, **signed_in(*roles)}, id="INC-7")

    assert answer.status_code == status


async def test_what_is_not_there_is_not_found() -> None:
    """With the field that is at fault."""
    answer = await call(bulk.show_bulk_request, behind(None), id="INC-7")

    assert (answer.status_code, told(answer)["field"]) == (404, "id")


async def test_the_table_is_a_file_to_keep() -> None:
    """Under the name of the bulk request."""
    answer = await call(bulk.show_outcomes, behind(b"\xef\xbb\xbfperson\r\n"), id="INC-7")

    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="INC-7.csv"'
    assert answer.get_body() == b"\xef\xbb\xbfperson\r\n"


def test_no_other_door_pays_for_it() -> None:
    """A cold start loads nothing of it but what calls about it may be refused for."""
    loaded = subprocess.run([sys.executable, "-c", LOADED], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603

    assert loaded.stdout.strip() == "['shared.bulk.refusals']"
