"""Mail: sending a message as somebody. MIME content is not simulated, and refused like any body that is no JSON."""

import re
from typing import Any, Literal

import msgspec

from local.tenant.call import Answer, Call
from local.tenant.entities import Person
from local.tenant.mail import Message, SentMail
from local.tenant.mail_refusals import (
    no_mailbox,
    no_message,
    no_recipients,
    request_too_large,
    unknown_sender,
    unreadable_message,
    unresolved_recipient,
)
from local.tenant.routing import Route
from local.tenant.world import World

LARGEST_REQUEST = 4_000_000
"""Bytes. "4 MB on the total size of each REST request" (Graph documentation, update profilePhoto): the unkinder MB."""
ADDRESS = re.compile(r"[^\s@,;<>]+@[^\s@,;<>]+")


class _SendMail(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """The action's parameters; the documentation itself writes the second one as a text."""

    message: Message
    save_to_sent_items: bool | Literal["true", "false"] = True


def send_mail(call: Call, world: World) -> Answer:
    """POST /users/{id}/sendMail: 202, which only says that it was accepted; whether it arrives is another matter."""
    if len(call.body) > LARGEST_REQUEST:
        raise request_too_large()
    sender = _sender(call, world)
    asked = _asked(call)
    _check(asked.message.recipients())
    world.mails.append(
        SentMail(
            at=world.clock.stamp(),
            actor=call.actor,
            sender=sender.upn,
            message=asked.message,
            saved=asked.save_to_sent_items in {True, "true"},
        )
    )
    return Answer(202)


def _sender(call: Call, world: World) -> Person:
    key = call.keys[0]
    person = world.directory.person(key)
    if person is None:
        raise unknown_sender(key)
    if person.guest:
        raise no_mailbox()
    return person


def _asked(call: Call) -> _SendMail:
    parameters: dict[str, Any] = {name[:1].lower() + name[1:]: value for name, value in call.json().items()}
    if parameters.get("message") is None:
        raise no_message()
    try:
        return msgspec.convert(parameters, _SendMail)
    except msgspec.ValidationError as error:
        raise unreadable_message(str(error)) from error


def _check(addresses: list[str]) -> None:
    if not addresses:
        raise no_recipients()
    for address in addresses:
        if not ADDRESS.fullmatch(address):
            raise unresolved_recipient(address)


ROUTES = (Route(method="POST", path="/users/{id}/sendMail", handler=send_mail, family="mail"),)
