"""The report as mail, over Microsoft Graph: a few plain words, and the report's files attached.

The page goes as a file and not as the mail's body, because mail programs drop style elements.
"""

from typing import Any, Final
from urllib.parse import quote

import msgspec
from kiota_abstractions.method import Method

from shared.graph import Call, ErrorDetail, Graph
from shared.lookups.permission import MissingPermissionError, told

SEND: Final = "Mail.Send"
"""Granted in Entra it lets an application send as everybody; Exchange can grant it for one mailbox alone."""
LARGEST_REQUEST: Final = 3_900_000
"""Bytes, files in base64 included: some 2.9 MB of files. Graph takes 4 MB, headers and all.

Graph documentation, update profilePhoto: "4 MB on the total size of each REST request"; it does not say which MB.
"""
_FORBIDDEN: Final = 403


class Attachment(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename="camel",
    tag_field="@odata.type",
    tag="#microsoft.graph.fileAttachment",
):
    """A file that goes with a mail."""

    name: str
    content_type: str
    content_bytes: bytes


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A mail to be sent: a short plain text, and files beside it."""

    subject: str
    text: str
    attachments: tuple[Attachment, ...] = ()
    kept_at: str
    """Where the report can be read instead, for whoever gets it without a file that was too large."""


class SendingForbidden(MissingPermissionError):
    """Graph refused to send as this mailbox."""

    def __init__(self, sender: str, error: ErrorDetail) -> None:
        super().__init__(SEND)
        sentence = (
            f"Graph refused to send the report as {sender}: {error.code} ({error.message}). It takes the application "
            f"permission {SEND} for this mailbox, and no application access policy of Exchange against it. Once "
            "granted it counts from the identity's next token on, which can take a day."
        )
        self.args = (sentence,)  # the other sentence speaks of what the reset identity may read


class ReportMail:
    """Sends reports from one mailbox to the same people every time."""

    def __init__(self, graph: Graph, sender: str, recipients: tuple[str, ...]) -> None:
        """sender: the mailbox's user principal name or object id; its mail address alone may be neither."""
        self._graph = graph
        self._sender = sender
        self._recipients = recipients

    async def send(self, letter: Letter) -> None:
        """Have Exchange accept the mail; whether it arrives, nobody tells. It leaves no copy in Sent Items.

        It may be sent twice: where an answer is lost, or is an error although Exchange had accepted the mail, it is
        sent again, here within a short wait, or by whoever comes back after GraphUnavailable.
        Raises SendingForbidden, and GraphUnavailable for everything else, a mailbox that does not exist included.
        """
        path = f"/users/{quote(self._sender, safe='')}/sendMail"
        answer = await self._graph.send(Call(method=Method.POST, path=path, body=sending(letter, self._recipients)))
        if answer.status == _FORBIDDEN:
            raise SendingForbidden(self._sender, answer.error)
        told(answer, SEND)


def sending(letter: Letter, recipients: tuple[str, ...]) -> dict[str, Any]:
    """Return what Graph is asked, without the largest files where they are too large for one request."""
    attached = letter.attachments
    body = _body(letter, attached, recipients)
    while attached and len(msgspec.json.encode(body)) > LARGEST_REQUEST:
        largest = max(attached, key=lambda file: len(file.content_bytes))
        attached = tuple(file for file in attached if file is not largest)
        body = _body(letter, attached, recipients)
    return body


def _body(letter: Letter, attached: tuple[Attachment, ...], recipients: tuple[str, ...]) -> dict[str, Any]:
    message = {
        "subject": letter.subject,
        "body": {"contentType": "Text", "content": _text(letter, attached)},
        "toRecipients": [{"emailAddress": {"address": address}} for address in recipients],
        "attachments": attached,
    }
    return {"message": message, "saveToSentItems": False}


def _text(letter: Letter, attached: tuple[Attachment, ...]) -> str:
    missing = ", ".join(file.name for file in letter.attachments if file not in attached)
    if not missing:
        return letter.text
    return f"{letter.text}\n\nToo large for a mail, and not attached: {missing}.\nThe report is here: {letter.kept_at}"
