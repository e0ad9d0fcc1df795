"""Calls to Graph: short waits are waited, long ones told, and nothing is taken for an answer that is none."""

import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest
from kiota_abstractions.method import Method

from shared.graph import Answer, Call, Graph, GraphUnavailable, seconds_of, trusted
from shared.storage import credential
from tests.fixtures.office import ADELE, Office

METHODS = Call(path=f"/users/{ADELE}/authentication/methods")
LIST = "*/authentication/methods"


async def test_an_answer_comes_with_microsofts_id_of_the_call(office: Office) -> None:
    """What a support case asks for is at hand."""
    answer = await office.graph.send(METHODS)

    assert (answer.status, answer.ok, len(answer.request_id)) == (200, True, 36)


async def test_a_refusal_is_an_answer(office: Office) -> None:
    """What Graph says of a missing person is for the caller to weigh."""
    answer = await office.graph.send(Call(path="/users/nobody@contoso.com"))

    assert (answer.status, answer.error.code) == (404, "Request_ResourceNotFound")


@pytest.mark.parametrize("status", [401, 429, 500, 502, 503, 504])
async def test_what_may_pass_is_tried_again(office: Office, status: int) -> None:
    """One failure of that kind is not the end of a call."""
    office.tenant.fault("answer", path=LIST, status=status)

    answer = await office.graph.send(METHODS)

    assert answer.ok
    assert office.clock.waited == [1.0]


@pytest.mark.parametrize("status", [400, 403, 404, 409])
async def test_what_will_not_pass_is_not_tried_again(office: Office, status: int) -> None:
    """Above all a 403 is no reason to ask again."""
    office.tenant.fault("answer", path=LIST, status=status, times=None)
    office.tenant.forget_trace()

    answer = await office.graph.send(METHODS)

    assert (answer.status, len(office.tenant.trace())) == (status, 1)


async def test_without_a_retry_after_the_pauses_double(office: Office) -> None:
    """Until they would exceed a short wait together."""
    office.tenant.fault("answer", path=LIST, status=503, times=None)

    with pytest.raises(GraphUnavailable):
        await office.graph.send(METHODS)

    assert office.clock.waited == [1.0, 2.0, 4.0, 8.0]


async def test_a_long_retry_after_is_told_and_not_waited(office: Office) -> None:
    """Whoever asked can come back then."""
    office.tenant.fault("answer", path=LIST, status=429, retry_after="90", times=None)

    with pytest.raises(GraphUnavailable) as caught:
        await office.graph.send(METHODS)

    assert (caught.value.retry_after, office.clock.waited) == (90.0, [])


async def test_a_lasting_server_error_is_an_answer_about_this_call(office: Office) -> None:
    """A 500 may concern one method of one person alone, and says nothing of Graph as a whole."""
    office.tenant.fault("answer", path=LIST, status=500, times=None)

    assert (await office.graph.send(METHODS)).status == 500


async def test_a_token_that_nobody_gives_is_told(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """An identity that the platform does not know defers its work, and the reason names the call."""
    monkeypatch.setenv("IDENTITY_HEADER", "wrong")
    office.graph._credential = credential("00000000-0000-4000-8000-000000000000")  # noqa: SLF001 - the identity is taken away

    with pytest.raises(GraphUnavailable, match="authentication/methods had no answer"):
        await office.graph.send(METHODS)


async def test_an_answer_after_a_lost_one_knows_it(office: Office) -> None:
    """A deletion that is answered 404 the second time was perhaps done by the first."""
    office.tenant.fault("closeAfter", path=LIST)

    assert (await office.graph.send(METHODS)).repeated


async def test_a_throttled_member_of_a_batch_is_asked_again_alone(office: Office) -> None:
    """The others keep the answers they have."""
    office.tenant.fault("answer", path=LIST, status=429, retry_after="3")
    office.tenant.forget_trace()

    answers = await office.graph.batch("v1.0", {"methods": METHODS, "person": Call(path=f"/users/{ADELE}")})

    assert {name: answer.status for name, answer in answers.items()} == {"methods": 200, "person": 200}
    assert [len(call.members) for call in office.tenant.trace()] == [2, 1]
    assert office.clock.waited == [3.0]


async def test_a_member_that_stays_throttled_makes_the_batch_unavailable(office: Office) -> None:
    """Half of what is needed to decide is not enough."""
    office.tenant.fault("answer", path=LIST, status=429, retry_after="60", times=None)

    with pytest.raises(GraphUnavailable) as caught:
        await office.graph.batch("v1.0", {"methods": METHODS, "person": Call(path=f"/users/{ADELE}")})

    assert caught.value.retry_after == 60.0


async def test_a_batch_that_graph_refuses_is_unavailable(office: Office) -> None:
    """That is a fault of the desk or of Graph, and of nobody who asks."""
    too_many = {str(number): METHODS for number in range(21)}

    with pytest.raises(GraphUnavailable, match="refused a batch"):
        await office.graph.batch("v1.0", too_many)


async def test_a_member_that_graph_always_leaves_out_makes_the_batch_unavailable(office: Office) -> None:
    """It is asked for again as long as a short wait lasts, and then named."""

    class LeavingOut(Graph):
        async def _once(self, call: Call, *, repeated: bool) -> Answer:  # noqa: ARG002 - as Graph's own
            return Answer(status=200, body=b'{"responses":[]}')

    graph = LeavingOut(office.tenant_url, office.credential, sleep=office.clock.sleep, now=office.clock)

    with pytest.raises(GraphUnavailable, match="left methods out of a batch's answer"):
        await graph.batch("v1.0", {"methods": METHODS})

    assert office.clock.waited == [1.0, 2.0, 4.0, 8.0]


async def test_a_change_carries_its_body(office: Office) -> None:
    """What is sent arrives as JSON."""
    call = Call(
        method=Method.PATCH,
        path=f"/users/{ADELE}/authentication/signInPreferences",
        version="beta",
        body={"userPreferredMethodForSecondaryAuthentication": "sms"},
    )

    assert (await office.graph.send(call)).ok
    default = office.tenant.person(ADELE).default
    assert default is not None
    assert default.preference == "sms"


def test_an_error_in_another_shape_is_told_by_its_first_words() -> None:
    """A proxy's page is no OData error."""
    error = Answer(status=502, body=b"<html>Bad gateway</html>").error

    assert (error.code, error.message) == ("HTTP 502", "<html>Bad gateway</html>")


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        pytest.param(None, None, id="absent"),
        pytest.param("", None, id="empty"),
        pytest.param("12", 12.0, id="seconds"),
        pytest.param("Sun, 22 Nov 2026 10:00:30 GMT", 30.0, id="a date to come"),
        pytest.param("Sun, 22 Nov 2026 09:00:00 GMT", 0.0, id="a date gone by"),
        pytest.param("soon", None, id="neither"),
    ],
)
def test_retry_after_is_a_number_of_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    """Both forms of RFC 9110 are understood."""
    assert seconds_of(header, datetime(2026, 11, 22, 10, tzinfo=UTC)) == seconds


def test_certificates_laid_out_one_by_one_are_trusted_where_they_are(tmp_path: Path) -> None:
    """Names and certificates are checked as ever; nothing is read before it is needed."""
    tmp_path.joinpath("0a1b2c3d.0").write_text("")

    context = trusted(str(tmp_path))

    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert context.cert_store_stats()["x509_ca"] == 0


@pytest.mark.parametrize("laid_out", [True, False])
def test_without_such_a_directory_the_usual_certificates_are_trusted(tmp_path: Path, *, laid_out: bool) -> None:
    """A machine with an empty directory, or with none, is no machine that trusts nobody."""
    context = trusted(str(tmp_path) if laid_out else None)

    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert context.cert_store_stats()["x509_ca"] > 50
