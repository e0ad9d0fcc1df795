"""Sending mail."""

import json
from base64 import b64encode
from typing import Any

import pytest

from local.tenant.control_client import ControlClient
from local.tenant.graph_mail import LARGEST_REQUEST
from local.tenant.mail import EmailAddress, FileAttachment, ItemBody, Message, Recipient, SentMail
from tests.local.tenant.caller import ADELE, DIEGO, KIM, Graph, error
from tests.local.tenant.conftest import GraphWith

PATH = f"/v1.0/users/{ADELE}/sendMail"
EVERYTHING: dict[str, Any] = {
    "message": {
        "subject": "Report of 22 November",
        "body": {"contentType": "Text", "content": "Nothing happened."},
        "toRecipients": [{"emailAddress": {"address": "security@contoso.com", "name": "Security"}}],
        "attachments": [
            {
                "@odata.type": "#microsoft.graph.fileAttachment",
                "name": "report.html",
                "contentType": "text/html",
                "contentBytes": b64encode(b"<p>Nothing \xff").decode(),
            }
        ],
    },
    "saveToSentItems": False,
}
MINE: dict[str, Any] = {"toRecipients": [{"emailAddress": {"address": "security@contoso.com"}}]}


@pytest.fixture
def graph(graph_with: GraphWith) -> Graph:
    """Call Graph as an application that may send mail."""
    return graph_with("Mail.Send")


def _refused(graph: Graph, body: Any) -> tuple[int, str, str]:
    return error(graph.call("POST", PATH, body))


def test_a_mail_is_accepted_without_a_word(graph: Graph, control: ControlClient) -> None:
    """202 without a body; the control API tells all of it."""
    answer = graph.call("POST", PATH, EVERYTHING)
    (sent,) = control.mails()
    expected = SentMail(
        at=sent.at,
        actor=control.facts().apps["audit"].client_id,
        sender=ADELE,
        message=Message(
            subject="Report of 22 November",
            body=ItemBody(content_type="Text", content="Nothing happened."),
            to_recipients=(Recipient(email_address=EmailAddress(address="security@contoso.com", name="Security")),),
            attachments=(
                FileAttachment(
                    odata_type="#microsoft.graph.fileAttachment",
                    name="report.html",
                    content_type="text/html",
                    content_bytes=b"<p>Nothing \xff",
                ),
            ),
        ),
        saved=False,
    )

    assert (answer.status_code, answer.content) == (202, b"")
    assert expected == sent


@pytest.mark.parametrize(
    ("parameter", "saved"), [({}, True), ({"saveToSentItems": "false"}, False), ({"SaveToSentItems": True}, True)]
)
def test_a_copy_is_kept_unless_it_is_declined(
    graph: Graph, control: ControlClient, parameter: dict[str, object], *, saved: bool
) -> None:
    """The documentation writes the parameter as a text, the SDKs with a capital letter; all are understood."""
    assert graph.call("POST", PATH, {"message": MINE, **parameter}).status_code == 202
    assert [mail.saved for mail in control.mails()] == [saved]


@pytest.mark.parametrize("kind", ["toRecipients", "ccRecipients", "bccRecipients"])
def test_a_recipient_of_any_kind_suffices(graph: Graph, control: ControlClient, kind: str) -> None:
    """A blind copy alone is sent as well."""
    assert graph.call("POST", PATH, {"message": {kind: MINE["toRecipients"]}}).status_code == 202
    assert [mail.message.recipients() for mail in control.mails()] == [["security@contoso.com"]]


def test_the_sender_can_be_named_by_id(graph: Graph, control: ControlClient) -> None:
    """As anywhere under /users."""
    path = f"/v1.0/users/{control.person(DIEGO).id}/sendMail"

    assert graph.call("POST", path, {"message": MINE}).status_code == 202
    assert [mail.sender for mail in control.mails()] == [DIEGO]


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("nobody@contoso.com", (404, "ErrorInvalidUser", "The requested user 'nobody@contoso.com' is invalid.")),
        (
            KIM,
            (
                404,
                "MailboxNotEnabledForRESTAPI",
                "The mailbox is either inactive, soft-deleted, or is hosted on-premise.",
            ),
        ),
    ],
)
def test_without_a_mailbox_nothing_is_sent(
    graph: Graph, control: ControlClient, who: str, expected: tuple[int, str, str]
) -> None:
    """Neither nobody nor a guest has one."""
    assert expected == error(graph.call("POST", f"/v1.0/users/{who}/sendMail", {"message": MINE}))
    assert control.mails() == []


@pytest.mark.parametrize(
    "message", [{}, {"subject": "x"}, {"toRecipients": [], "replyTo": MINE["toRecipients"]}, {"toRecipients": []}]
)
def test_without_recipients_nothing_is_sent(graph: Graph, message: dict[str, object]) -> None:
    """Those who get the answers are none."""
    expected = "At least one recipient is not valid., A message can't be sent because it contains no recipients."

    assert _refused(graph, {"message": message}) == (400, "ErrorInvalidRecipients", expected)


@pytest.mark.parametrize("address", ["security", "", "a@contoso.com; b@contoso.com", "Security <a@contoso.com>"])
def test_one_address_that_is_none_stops_the_whole_mail(graph: Graph, control: ControlClient, address: str) -> None:
    """The refusal names it; nobody gets anything."""
    recipients = [*MINE["toRecipients"], {"emailAddress": {"address": address}}]
    status, code, message = _refused(graph, {"message": {"toRecipients": recipients}})

    assert (status, code) == (400, "ErrorInvalidRecipients")
    assert f"Recipient '{address}' is not resolved." in message
    assert control.mails() == []


@pytest.mark.parametrize("body", [{}, {"message": None}, {"saveToSentItems": True}])
def test_a_mail_needs_a_message(graph: Graph, body: dict[str, object]) -> None:
    """The other parameter is optional."""
    expected = (400, "ErrorInvalidParameter", "The value of the parameter 'Message' is empty.")

    assert expected == _refused(graph, body)


FILE = EVERYTHING["message"]["attachments"][0]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"message": MINE, "sendAt": "noon"}, id="a parameter that does not exist"),
        pytest.param({"message": {**MINE, "Subject": "x"}}, id="a property in another case"),
        pytest.param({"message": {**MINE, "subject": 5}}, id="a subject that is a number"),
        pytest.param({"message": {**MINE, "body": {"contentType": "Markdown", "content": ""}}}, id="another body type"),
        pytest.param({"message": {"toRecipients": ["security@contoso.com"]}}, id="a bare address"),
        pytest.param({"message": {"toRecipients": MINE["toRecipients"][0]}}, id="one recipient for a list"),
        pytest.param({"message": [MINE]}, id="two messages"),
        pytest.param({"message": {**MINE, "attachments": [{**FILE, "contentBytes": "{}"}]}}, id="no base64"),
        pytest.param({"message": {**MINE, "attachments": [{"name": "x", "contentBytes": ""}]}}, id="no type"),
        pytest.param(
            {"message": {**MINE, "attachments": [{**FILE, "@odata.type": "#microsoft.graph.itemAttachment"}]}},
            id="an attachment that is no file",
        ),
        pytest.param({"message": MINE, "saveToSentItems": "perhaps"}, id="neither true nor false"),
    ],
)
def test_a_message_that_cannot_be_read_is_refused(graph: Graph, control: ControlClient, body: Any) -> None:
    """Nothing is sent of it."""
    assert _refused(graph, body)[:2] == (400, "RequestBodyRead")
    assert control.mails() == []


def test_a_body_in_mime_is_not_simulated(graph: Graph) -> None:
    """It is refused like every body which is no JSON object."""
    answer = graph.send("POST", PATH, b64encode(b"Subject: x\r\n\r\n"), **{"Content-Type": "text/plain"})

    assert error(answer)[:2] == (400, "BadRequest")


@pytest.mark.parametrize(("beyond", "status"), [(0, 202), (1, 413)])
def test_a_request_beyond_4_mb_is_413(graph: Graph, control: ControlClient, beyond: int, status: int) -> None:
    """To the byte: files count as they are on the wire."""
    body = {"message": {**MINE, "body": {"content": ""}}}
    body["message"]["body"]["content"] = "x" * (LARGEST_REQUEST - len(json.dumps(body)) + beyond)

    assert graph.call("POST", PATH, body).status_code == status
    assert len(control.mails()) == (status == 202)


def test_sending_takes_its_own_permission(graph_with: GraphWith) -> None:
    """Whoever may write mails may not send them; Exchange has a refusal of its own for that."""
    answer = graph_with("Mail.ReadWrite").call("POST", PATH, EVERYTHING)

    assert error(answer) == (403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")


def test_a_lost_answer_leaves_a_mail_that_was_sent(graph: Graph, control: ControlClient) -> None:
    """Whoever tries again sends it twice."""
    control.fault("answer", path="*/sendMail", status=504, applied=True)

    assert [graph.call("POST", PATH, EVERYTHING).status_code for _ in range(2)] == [504, 202]
    assert len(control.mails()) == 2


def test_a_reset_forgets_what_was_sent(graph: Graph, control: ControlClient) -> None:
    """Like everything else that was done."""
    graph.call("POST", PATH, EVERYTHING)
    control.reset()

    assert control.mails() == []


def test_mail_is_sent_within_a_batch_too(graph: Graph, control: ControlClient) -> None:
    """A member's answer has no body either."""
    member = {
        "id": "1",
        "method": "POST",
        "url": f"/users/{ADELE}/sendMail",
        "headers": {"Content-Type": "application/json"},
        "body": EVERYTHING,
    }
    answer = graph.batch(member)["1"]

    assert (answer["status"], "body" in answer) == (202, False)
    assert len(control.mails()) == 1


def test_mail_has_a_limit_of_its_own(graph: Graph, control: ControlClient) -> None:
    """Beyond it Graph says when to come back."""
    control.turn(limits={"mail": {"requests": 1, "seconds": 60}})
    answers = [graph.call("POST", PATH, EVERYTHING) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [202, 429]
    assert int(answers[1].headers["Retry-After"]) > 0
