"""What is sent as mail, in the shapes in which Graph takes it; names of properties are exact in their case.

Of a message's properties these are the ones which the tenant knows: any other is refused, as Graph refuses those that
do not exist (microsoft-graph-docs-contrib#8398).
"""

from typing import Literal

import msgspec

BodyType = Literal["text", "html", "Text", "HTML"]
Importance = Literal["low", "normal", "high", "Low", "Normal", "High"]


class _Part(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    pass


class EmailAddress(_Part, frozen=True):
    """An address; the name is for show."""

    address: str
    name: str | None = None


class Recipient(_Part, frozen=True):
    """Somebody who gets a message."""

    email_address: EmailAddress


class ItemBody(_Part, frozen=True, kw_only=True):
    """What a message says."""

    content_type: BodyType = "text"
    content: str


class FileAttachment(_Part, frozen=True, kw_only=True):
    """A file that goes with a message; in JSON its bytes are base64. The kind of an attachment has to be said."""

    odata_type: Literal["#microsoft.graph.fileAttachment"] = msgspec.field(name="@odata.type")
    name: str
    content_type: str | None = None
    content_bytes: bytes
    content_id: str | None = None
    is_inline: bool = False


class Message(_Part, frozen=True):
    """A message to be sent."""

    subject: str | None = None
    body: ItemBody | None = None
    to_recipients: tuple[Recipient, ...] = ()
    cc_recipients: tuple[Recipient, ...] = ()
    bcc_recipients: tuple[Recipient, ...] = ()
    reply_to: tuple[Recipient, ...] = ()
    importance: Importance = "normal"
    attachments: tuple[FileAttachment, ...] = ()

    def recipients(self) -> list[str]:
        """Return the addresses of all who get it."""
        everybody = (*self.to_recipients, *self.cc_recipients, *self.bcc_recipients)
        return [each.email_address.address for each in everybody]


class SentMail(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A message that Graph accepted: when, of which caller, from whose mailbox, and whether that keeps a copy."""

    at: str
    actor: str
    sender: str
    message: Message
    saved: bool
