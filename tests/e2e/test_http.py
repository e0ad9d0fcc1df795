"""The whole stand over HTTP: a service desk that resets, looks up and approves, behind App Service Authentication."""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
from azure.data.tables import TableServiceClient
from azure.storage.queue import QueueClient

from local.stand import ANY_PORTS, Stand
from local.tenant.control_client import ControlClient
from shared.api import openapi
from shared.ledger import TABLES
from tests.e2e.patience import eventually

pytestmark = pytest.mark.stand

ADELE = "adele.vance@contoso.com"
DIEGO = "diego.siciliani@contoso.com"
LEE = "lee.gu@contoso.com"
"""An operator."""
NESTOR = "nestor.wilke@contoso.com"
"""A privileged operator."""
PATTI = "patti.fernandez@contoso.com"
MEGAN = "megan.bowen@contoso.com"
"""A Global Administrator."""
WHOLE = ["requireReregistration", "revokeSessions"]
PATIENCE_SECONDS = 30.0
DOCUMENT = openapi.document()


class ServiceDesk:
    """The people of a service desk, with what they call it by and what they look at."""

    def __init__(self, stand: Stand, tenant: ControlClient) -> None:
        self.stand = stand
        self.tenant = tenant

    def call(self, who: str, method: str, path: str, **options: Any) -> httpx.Response:
        """Return the answer to somebody who calls with a token."""
        headers = {"Authorization": f"Bearer {self.tenant.desk_sign_in(who)}", **options.pop("headers", {})}
        return httpx.request(
            method, f"{self.stand.host_url}/api/{path}", headers=headers, timeout=PATIENCE_SECONDS, **options
        )

    def submit(self, who: str, user: str, actions: list[str], **more: Any) -> httpx.Response:
        """Return the answer to a request."""
        headers = more.pop("headers", {})
        return self.call(who, "POST", "requests", json={"user": user, "actions": actions, **more}, headers=headers)

    def queue(self, name: str) -> QueueClient:
        """Return one of the desk's queues."""
        return QueueClient.from_connection_string(self.stand.connection_string, name)

    def drop(self, request_id: str, user: str) -> httpx.Response:
        """Put a request on the queue in Lee's name, and return its record once it waits for approval."""
        self.tenant.turn(revoke_needs_role_for_admins=False)
        request = {"id": request_id, "user": user, "actions": ["revokeSessions"], "requestedBy": LEE}
        with self.queue("reset-requests") as requests:
            requests.send_message(json.dumps(request))
        path = f"requests/{request_id}"

        def waiting() -> httpx.Response | None:
            record = self.call(NESTOR, "GET", path)
            return record if record.is_success and record.json()["status"] == "awaitingApproval" else None

        return eventually(waiting)

    def decide(self, who: str, verdict: str, record: httpx.Response, **body: str) -> httpx.Response:
        """Return the answer to a decision about what was seen."""
        path = f"requests/{record.json()['id']}/{verdict}"
        return self.call(who, "POST", path, json=body, headers={"If-Match": record.headers["ETag"]})

    def announced(self, request_id: str) -> dict[str, Any]:
        """Return the announcement of an ending, once it is there."""

        def found() -> dict[str, Any] | None:
            with self.queue("reset-results") as results:
                events = [
                    json.loads(str(message.content)) for message in results.receive_messages(visibility_timeout=1)
                ]
            return next((event for event in events if event["id"] == request_id), None)

        return eventually(found)


def fits(response: httpx.Response, operation: str) -> bool:
    """Return whether an answer is one of those that are described for an operation."""
    described = next(
        each for path in DOCUMENT["paths"].values() for each in path.values() if each["operationId"] == operation
    )
    ((media_type, content),) = described["responses"][str(response.status_code)]["content"].items()
    schema = {**content["schema"], "components": DOCUMENT["components"]}
    jsonschema.validate(response.json(), schema)
    return response.headers["Content-Type"].startswith(media_type)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceDesk]:
    """Yield one stand for all tests of this file, on free ports."""
    with (
        Stand(
            folder=tmp_path_factory.mktemp("http"),
            usual_ports=ANY_PORTS,
            queues=("reset-requests", "reset-results", "bulk-requests"),
            tables=TABLES,
            say=lambda _: None,
        ) as stand,
        ControlClient(stand.tenant_url) as tenant,
    ):
        yield ServiceDesk(stand, tenant)


@pytest.fixture
def desk(running: ServiceDesk) -> ServiceDesk:
    """Return the service desk, its tenant being as the seed has it."""
    running.tenant.reset()
    return running


def test_an_operator_resets_somebody_and_sees_what_was_done(desk: ServiceDesk) -> None:
    """The answer is the record, and it is found again where it says."""
    answer = desk.submit(LEE, ADELE, WHOLE, ticket="INC-1001")
    again = httpx.URL(answer.headers["Location"]).path.removeprefix("/api/")
    record = desk.call(LEE, "GET", again)

    assert (answer.status_code, answer.json()["status"], fits(answer, "submit_request")) == (201, "succeeded", True)
    assert (record.json(), record.headers["ETag"]) == (answer.json(), answer.headers["ETag"])
    assert [type(method).__name__ for method in desk.tenant.person(ADELE).methods] == ["Password"]


def test_every_ending_is_announced(desk: ServiceDesk) -> None:
    """Whoever listens to the queue learns also of what was asked over HTTP."""
    request_id = desk.submit(LEE, ADELE, ["revokeSessions"]).json()["id"]

    assert desk.announced(request_id)["data"]["status"] == "succeeded"


def test_a_second_click_does_nothing_more(desk: ServiceDesk) -> None:
    """The same id with the same content is answered with the ending of the first."""
    first, second = (desk.submit(LEE, ADELE, ["revokeSessions"], id="clicked-twice") for _ in range(2))
    other = desk.submit(LEE, DIEGO, ["revokeSessions"], id="clicked-twice")

    assert [first.status_code, second.status_code, other.status_code] == [201, 200, 409]
    assert second.json()["outcome"] == first.json()["outcome"]
    assert len([entry for entry in desk.tenant.journal() if entry.act == "sessionsRevoked"]) == 1


def test_who_does_not_wait_finds_the_ending_later(desk: ServiceDesk) -> None:
    """The answer says where to look."""
    answer = desk.submit(LEE, ADELE, ["revokeSessions"], id="later", headers={"Prefer": "respond-async"})
    ended = eventually(lambda: desk.call(LEE, "GET", "requests/later").json()["status"] == "succeeded")

    assert (answer.status_code, answer.headers["Preference-Applied"]) == (202, "respond-async")
    assert (answer.headers["Location"], fits(answer, "submit_request"), ended) == ("/api/requests/later", True, True)


def test_an_operator_cannot_reset_an_administrator(desk: ServiceDesk) -> None:
    """The refusal names its rule, and is on record with who asked."""
    answer = desk.submit(LEE, PATTI, WHOLE, id="beyond-reach")
    record = desk.call(NESTOR, "GET", "requests/beyond-reach").json()

    assert (answer.status_code, answer.json()["rule"], fits(answer, "submit_request")) == (
        403,
        "targetIsPrivileged",
        True,
    )
    assert (record["status"], record["requestedBy"]["userPrincipalName"]) == ("refused", LEE)
    assert not [entry for entry in desk.tenant.journal() if entry.act in {"methodDeleted", "sessionsRevoked"}]


def test_a_pass_is_shown_once_and_is_nowhere_else(desk: ServiceDesk) -> None:
    """Neither the record nor the storage, an announcement or the log has it."""
    answer = desk.submit(LEE, DIEGO, ["issueTemporaryAccessPass"], id="with-pass")
    shown = answer.json()["temporaryAccessPass"]["temporaryAccessPass"]
    announced = desk.announced("with-pass")
    with TableServiceClient.from_connection_string(desk.stand.connection_string) as tables:
        stored = [dict(row) for name in TABLES for row in tables.get_table_client(name).list_entities()]

    assert (answer.status_code, len(shown) >= 8, fits(answer, "submit_request")) == (201, True, True)
    again = desk.submit(LEE, DIEGO, ["issueTemporaryAccessPass"], id="with-pass")
    assert (again.status_code, "temporaryAccessPass" in again.json()) == (200, False)
    for place in (stored, announced, desk.call(LEE, "GET", "requests/with-pass").text, again.text, log(desk)):
        assert shown not in str(place)


def test_a_second_person_approves_what_they_have_seen(desk: ServiceDesk) -> None:
    """The request from the queue is then carried out, and announced as the approver's."""
    record = desk.drop("approved", PATTI)
    waiting = desk.call(NESTOR, "GET", "requests?status=awaitingApproval")
    answer = desk.decide(NESTOR, "approval", record, comment="Called back.")

    assert "approved" in [each["id"] for each in waiting.json()["requests"]]
    assert (answer.status_code, answer.json()["status"], fits(answer, "approve_request")) == (200, "succeeded", True)
    assert answer.json()["approval"]["by"]["userPrincipalName"] == NESTOR
    assert desk.announced("approved")["data"]["status"] == "succeeded"
    desk.tenant.assign_app_role("MfaDesk.PrivilegedOperator", MEGAN)
    assert desk.decide(MEGAN, "rejection", record, comment="Stop.").status_code == 409


def test_a_second_person_rejects_and_says_why(desk: ServiceDesk) -> None:
    """The request ends, and nothing was done."""
    record = desk.drop("rejected", PATTI)
    wordless = desk.decide(NESTOR, "rejection", record)
    answer = desk.decide(NESTOR, "rejection", record, comment="It was not them.")

    assert (wordless.status_code, wordless.json()["field"]) == (400, "comment")
    assert (answer.status_code, answer.json()["status"], fits(answer, "reject_request")) == (200, "refused", True)
    assert (answer.json()["approval"]["verdict"], answer.json()["approval"]["comment"]) == (
        "rejected",
        "It was not them.",
    )
    assert not [entry for entry in desk.tenant.journal() if entry.act == "sessionsRevoked"]


def test_who_may_not_decide_leaves_the_request_waiting(desk: ServiceDesk) -> None:
    """Nor does somebody who saw another version; each try is on record."""
    record = desk.drop("undecided", PATTI)
    operator = desk.decide(LEE, "approval", record)
    target = desk.decide(PATTI, "approval", record)
    stale = desk.call(NESTOR, "POST", "requests/undecided/approval", json={}, headers={"If-Match": '"older"'})
    after = desk.call(NESTOR, "GET", "requests/undecided").json()

    assert [answer.status_code for answer in (operator, target, stale)] == [403, 403, 412]
    assert [answer.json()["rule"] for answer in (operator, target)] == ["approverLacksAuthority", "approverIsTarget"]
    assert (after["status"], len(after["approvalAttempts"])) == ("awaitingApproval", 3)


def test_the_desk_looks_people_up(desk: ServiceDesk) -> None:
    """Find somebody, see what they have and what may be done, and who else may do it."""
    found = desk.call(LEE, "GET", "users", params={"search": "adele"})
    seen = desk.call(LEE, "GET", f"users/{found.json()['users'][0]['id']}")
    delegates = desk.call(LEE, "GET", "delegates")
    role = desk.call(LEE, "GET", "roles/Authentication Administrator/permissions")

    assert all(
        fits(*each)
        for each in (
            (found, "search_users"),
            (seen, "show_user"),
            (delegates, "list_delegates"),
            (role, "show_role_permissions"),
        )
    )
    assert (seen.json()["user"]["userPrincipalName"], len(seen.json()["methods"])) == (ADELE, 4)
    assert LEE in [each.get("userPrincipalName") for each in delegates.json()["delegates"]]
    assert any("authenticationMethods" in each["action"] for each in role.json()["permissions"])


def test_requests_are_listed_by_person_and_by_day(desk: ServiceDesk) -> None:
    """Whoever is asked what was done to somebody finds it by their name."""
    accepted = desk.submit(LEE, DIEGO, ["revokeSessions"], id="listed").json()["acceptedAt"]
    by_person = desk.call(LEE, "GET", "requests", params={"user": DIEGO, "status": "succeeded"})
    by_day = desk.call(LEE, "GET", "requests", params={"day": accepted[:10]})

    assert "listed" in [each["id"] for each in by_person.json()["requests"]]
    assert "listed" in [each["id"] for each in by_day.json()["requests"]]
    assert (fits(by_person, "list_requests"), fits(by_day, "list_requests")) == (True, True)


def test_whoever_leaves_the_service_desk_gets_no_further_with_their_next_token(desk: ServiceDesk) -> None:
    """Joining and leaving a group is the delegation."""
    before = desk.call(LEE, "GET", "requests")
    desk.tenant.leave("Service Desk", LEE)
    after = desk.call(LEE, "GET", "requests")
    asking = desk.submit(LEE, ADELE, ["revokeSessions"])

    assert [before.status_code, after.status_code, asking.status_code] == [200, 403, 403]
    assert (fits(after, "list_requests"), asking.json()["rule"]) == (True, "requesterLacksAuthority")


def test_graph_that_serves_nobody_is_said_with_when_to_come_again(desk: ServiceDesk) -> None:
    """A look at somebody fails for now; a request waits for Graph by itself."""
    desk.tenant.fault("answer", path="*$batch", times=None, status=503, retry_after="120")
    look = desk.call(LEE, "GET", f"users/{ADELE}")
    request = desk.submit(LEE, ADELE, ["revokeSessions"], id="throttled")
    desk.tenant.clear_faults()

    assert (look.status_code, look.headers["Retry-After"], fits(look, "show_user")) == (503, "120", True)
    assert (request.status_code, request.json()["status"]) == (202, "deferred")
    assert 100 <= int(request.headers["Retry-After"]) <= 121


def test_a_browser_signs_in_and_asks_from_the_desks_own_page(desk: ServiceDesk) -> None:
    """Its session serves the desk's pages alone: other sites send what they like, and it is refused."""
    with httpx.Client(base_url=desk.stand.host_url, timeout=PATIENCE_SECONDS) as browser:
        page = browser.get("/.auth/login/aad").text
        nonce = re.findall(r'name="nonce" value="([^"]+)"', page)[0]
        browser.post("/.auth/login/aad", data={"nonce": nonce, "user": desk.tenant.person(LEE).id})
        request = {"user": ADELE, "actions": ["revokeSessions"]}
        own = browser.post("/api/requests", json=request, headers={"Sec-Fetch-Site": "same-origin"})
        foreign = browser.post("/api/requests", json=request, headers={"Sec-Fetch-Site": "cross-site"})
        form = browser.post("/api/requests", data=request)
        me = browser.get("/api/me")

    assert [me.json()["name"], me.json()["authority"]] == [LEE, "operator"]
    assert [own.status_code, foreign.status_code, form.status_code] == [201, 403, 415]


def test_without_app_service_authentication_everybody_is_nobody(tmp_path: Path) -> None:
    """Nothing takes a forged principal out of the way there, and the desk does not believe it."""
    off = {"WEBSITE_AUTH_ENABLED": "False"}
    with (
        Stand(folder=tmp_path, usual_ports=ANY_PORTS, settings=off, tables=TABLES, say=lambda _: None) as stand,
        ControlClient(stand.tenant_url) as tenant,
    ):
        claims = {"oid": tenant.person(NESTOR).id, "tid": tenant.facts().id, "roles": "MfaDesk.PrivilegedOperator"}
        told = {"auth_typ": "aad", "claims": [{"typ": typ, "val": val} for typ, val in claims.items()]}
        forged = {"X-MS-CLIENT-PRINCIPAL": base64.b64encode(json.dumps(told).encode()).decode()}
        request = {"user": ADELE, "actions": ["revokeSessions"]}
        before = tenant.journal()
        me = httpx.get(f"{stand.host_url}/api/me", headers=forged)
        asking = httpx.post(f"{stand.host_url}/api/requests", headers=forged, json=request)
        after = tenant.journal()

    assert [me.status_code, asking.status_code, fits(asking, "submit_request")] == [401, 401, True]
    assert (me.headers["WWW-Authenticate"], after) == ("Bearer", before)
    assert "App Service Authentication is switched off" in me.json()["detail"]


def test_the_log_names_nobody(desk: ServiceDesk) -> None:
    """Who reads it learns which requests came to what, by ids alone."""
    desk.submit(LEE, ADELE, WHOLE, id="logged", reason="Phone left on the train", ticket="INC-1001")
    desk.call(LEE, "GET", "users", params={"search": "adele"})
    desk.call(LEE, "GET", f"users/{ADELE}")
    desk.call(LEE, "GET", "requests", params={"user": ADELE})
    desk.submit(LEE, "nobody@contoso.com", WHOLE)

    assert "request logged succeeded (standardTarget)" in log(desk)
    for personal in ("contoso.com", "adele", "Vance", "206555", "INC-1001", "train", "Bearer e", "AccountKey", "eyJ"):
        assert personal not in log(desk)


def log(desk: ServiceDesk) -> str:
    """Return what the host and the app have logged."""
    return desk.stand.folder.joinpath("host.log").read_text(encoding="utf-8")


def test_many_at_once_are_done_behind_the_queue(desk: ServiceDesk) -> None:
    """Accepted whole, worked off, counted, and told in a table."""
    users = [ADELE, DIEGO, ADELE.upper(), PATTI]
    asked = {"id": "INC-4001", "users": users, "actions": ["revokeSessions"], "ticket": "INC-4001"}
    accepted = desk.call(LEE, "POST", "bulk-requests", json=asked)
    where = httpx.URL(accepted.headers["Location"]).path.removeprefix("/api/")

    ended = eventually(lambda: (told := desk.call(LEE, "GET", where)).json()["status"] == "finished" and told)
    table = desk.call(LEE, "GET", f"{where}/outcomes.csv")

    assert (accepted.status_code, fits(accepted, "submit_bulk_request")) == (202, True)
    assert fits(ended, "show_bulk_request")
    told = ended.json()
    assert (told["people"], told["duplicates"], told["done"]) == (3, 1, 3)
    assert (told["byStatus"], told["byRule"]) == ({"refused": 1, "succeeded": 2}, {"targetIsPrivileged": 1})
    assert [line.split(",")[2] for line in table.text.splitlines()[1:]] == ['"succeeded"', '"succeeded"', '"refused"']
    assert desk.call(LEE, "POST", "bulk-requests", json=asked).status_code == 200
    assert desk.call(LEE, "POST", f"{where}/pause").status_code == 409


def test_who_may_not_ask_for_many_is_refused_on_record(desk: ServiceDesk) -> None:
    """The answer leads to where the attempt is kept."""
    answer = desk.call(ADELE, "POST", "bulk-requests", json={"users": [DIEGO], "actions": ["revokeSessions"]})
    kept = desk.call(LEE, "GET", answer.json()["instance"].removeprefix("/api/"))

    assert (answer.status_code, answer.json()["rule"]) == (403, "requesterLacksAuthority")
    assert kept.json()["messages"][0]["outcome"]["requestedBy"]["userPrincipalName"] == ADELE
