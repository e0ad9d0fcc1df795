"""The report is mailed: plain words, files that fit, and a plain answer where it cannot be sent."""

from typing import Any

import msgspec
import pytest

from local.tenant.mail import EmailAddress, Recipient, SentMail
from shared.graph import GraphUnavailable
from shared.lookups.permission import MissingPermissionError
from shared.report.mail import LARGEST_REQUEST, Attachment, Letter, ReportMail, SendingForbidden, sending
from tests.fixtures.office import LEE, Office

TO = ("security@contoso.com", "audit@fabrikam.example")
PAGE = Attachment(name="report.html", content_type="text/html; charset=utf-8", content_bytes=b"<p>Zo\xc3\xab</p>")
TABLE = Attachment(name="report.csv", content_type="text/csv; charset=utf-8", content_bytes=b"a,b\r\n1,2\r\n")
LETTER = Letter(
    subject="MFA resets of 22 November 2026: complete",
    text="2 resets through the desk.\n1 outside of it: Zoë.",
    attachments=(PAGE, TABLE),
    kept_at="https://desk.contoso.com/api/reports/2026-11-22",
)


@pytest.fixture(autouse=True)
def _permitted(office: Office) -> None:
    """Let the identity send mail."""
    office.tenant.grant("reset", "Mail.Send")


async def _sent(office: Office, letter: Letter = LETTER, sender: str = LEE) -> list[SentMail]:
    await ReportMail(office.graph, sender, TO).send(letter)
    return office.tenant.mails()


def _file(name: str, size: int) -> Attachment:
    return Attachment(name=name, content_type="text/csv", content_bytes=b"\xff" * size)


def _letter(*files: Attachment) -> Letter:
    return msgspec.structs.replace(LETTER, attachments=files)


def _names(message: dict[str, Any]) -> list[str]:
    return [file.name for file in message["attachments"]]


async def test_everybody_on_the_list_gets_words_and_files(office: Office) -> None:
    """One mail, from the mailbox that was set, its text plain and its files as they are."""
    (mail,) = await _sent(office)
    message = mail.message

    assert (mail.sender, message.subject) == (LEE, LETTER.subject)
    assert message.to_recipients == tuple(Recipient(email_address=EmailAddress(address=each)) for each in TO)
    assert message.body is not None
    assert (message.body.content_type, message.body.content) == ("Text", LETTER.text)
    assert [(file.name, file.content_type, file.content_bytes) for file in message.attachments] == [
        (file.name, file.content_type, file.content_bytes) for file in LETTER.attachments
    ]


async def test_no_copy_stays_in_the_mailbox(office: Office) -> None:
    """The desk keeps its reports; a mailbox full of them is one more place to guard."""
    assert [mail.saved for mail in await _sent(office)] == [False]


async def test_a_mail_takes_one_call(office: Office) -> None:
    """No draft that could be left behind."""
    office.tenant.forget_trace()
    await _sent(office)

    assert [(call.method, call.path) for call in office.tenant.trace()] == [
        ("POST", f"/v1.0/users/{LEE.replace('@', '%40')}/sendMail")
    ]


async def test_the_mailbox_can_be_named_by_its_object_id(office: Office) -> None:
    """Which stays when its name changes."""
    assert [mail.sender for mail in await _sent(office, sender=office.tenant.person(LEE).id)] == [LEE]


async def test_a_file_that_is_too_large_stays_behind_and_the_mail_says_where_it_is(office: Office) -> None:
    """The others go; the text names what is missing."""
    (mail,) = await _sent(office, _letter(PAGE, _file("report.csv", 3_000_000)))

    assert [file.name for file in mail.message.attachments] == ["report.html"]
    assert mail.message.body is not None
    assert mail.message.body.content == (
        f"{LETTER.text}\n\nToo large for a mail, and not attached: report.csv.\n"
        "The report is here: https://desk.contoso.com/api/reports/2026-11-22"
    )


@pytest.mark.parametrize(
    ("files", "attached"),
    [
        pytest.param((("a", 1), ("b", 2)), ["a", "b"], id="small ones"),
        pytest.param((("a", 1_400_000), ("b", 1_400_000)), ["a", "b"], id="just below the limit together"),
        pytest.param((("a", 1_500_000), ("b", 1_600_000)), ["a"], id="beyond it together"),
        pytest.param((("a", 2_000_000), ("b", 1_000_000), ("c", 10)), ["b", "c"], id="the largest goes first"),
        pytest.param((("a", 2_000_000), ("b", 2_000_000)), ["b"], id="two of a size"),
        pytest.param((("a", 4_000_000), ("b", 5_000_000)), [], id="none fits"),
        pytest.param((("a", 5_000_000), ("a", 10)), ["a"], id="two of a name"),
        pytest.param((), [], id="none at all"),
    ],
)
def test_as_many_files_go_as_fit_into_one_request(files: tuple[tuple[str, int], ...], attached: list[str]) -> None:
    """Whatever they come to, the request stays below what Graph takes, and no file is missing without a word."""
    body = sending(_letter(*(_file(name, size) for name, size in files)), TO)
    text = body["message"]["body"]["content"]

    assert attached == _names(body["message"])
    assert len(msgspec.json.encode(body)) <= LARGEST_REQUEST
    assert ("https://" in text) is (len(attached) < len(files))


def test_the_limit_is_that_of_the_whole_request() -> None:
    """To the byte, text and base64 included."""
    empty = len(msgspec.json.encode(sending(_letter(_file("a", 0)), TO)))
    room = (LARGEST_REQUEST - empty) // 4 * 3

    assert _names(sending(_letter(_file("a", room)), TO)["message"]) == ["a"]
    assert _names(sending(_letter(_file("a", room + 3)), TO)["message"]) == []


async def test_the_largest_mail_of_all_is_accepted(office: Office) -> None:
    """What is meant to fit does fit."""
    empty = len(msgspec.json.encode(sending(_letter(_file("a", 0)), TO)))
    (mail,) = await _sent(office, _letter(_file("a", (LARGEST_REQUEST - empty) // 4 * 3)))

    assert [file.name for file in mail.message.attachments] == ["a"]


async def test_without_permission_the_refusal_names_it_and_the_mailbox(office: Office) -> None:
    """Whoever reads the log knows what to grant, and what else may stand in the way."""
    office.tenant.withdraw("reset", "Mail.Send")
    expected = (
        f"Graph refused to send the report as {LEE}: ErrorAccessDenied (Access is denied. Check credentials and try "
        "again.). It takes the application permission Mail.Send for this mailbox, and no application access policy of "
        "Exchange against it. Once granted it counts from the identity's next token on, which can take a day."
    )

    with pytest.raises(SendingForbidden) as caught:
        await _sent(office)

    assert expected == str(caught.value)
    assert isinstance(caught.value, MissingPermissionError)
    assert (caught.value.permission, office.tenant.mails()) == ("Mail.Send", [])


async def test_a_mailbox_that_does_not_exist_is_told(office: Office) -> None:
    """By Graph's own words, which name it; asking again is of no use, and is not done here."""
    office.tenant.forget_trace()

    with pytest.raises(GraphUnavailable, match=r"404 ErrorInvalidUser .*nobody@contoso\.com"):
        await _sent(office, sender="nobody@contoso.com")

    assert len(office.tenant.trace()) == 1


async def test_a_throttled_mail_says_when_to_come_back(office: Office) -> None:
    """Longer than a short wait is not waited."""
    office.tenant.fault("answer", path="*/sendMail", status=429, retry_after="90", times=None)

    with pytest.raises(GraphUnavailable) as caught:
        await _sent(office)

    assert (caught.value.retry_after, office.tenant.mails()) == (90.0, [])


async def test_a_mail_whose_answer_was_lost_is_sent_twice(office: Office) -> None:
    """Graph has nothing to tell one from the other by: twice is better than never."""
    office.tenant.fault("closeAfter", path="*/sendMail")

    assert len(await _sent(office)) == 2
