"""A line of history: one reset, or one other act on somebody's sign-in, with whoever stood behind it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from shared.contract import Action
from shared.outcome import Approval, Status


class Standing(StrEnum):
    """How the desk's ledger and the directory's audit log agree about it."""

    MATCHED = "matched"
    """The desk did it, and its ledger says for whom."""
    PENDING = "pending"
    """The ledger has it, and the audit log may still tell it."""
    UNCONFIRMED = "unconfirmed"
    """The ledger has it, and the audit log, which had the time, does not tell it."""
    ALARM = "alarm"
    """The desk's identity did it, and the ledger knows nothing of it."""
    OUTSIDE_DESK = "outsideDesk"
    """Somebody else did it, around the desk."""
    SELF_SERVICE = "selfService"
    """The person did it."""


class Through(StrEnum):
    """By what it was done."""

    DESK = "desk"
    PORTAL_OR_TOOL = "portalOrTool"
    """The portal, or another tool signed in as that person."""
    APPLICATION = "application"
    """An application in its own name."""
    SELF_SERVICE = "selfService"
    UNKNOWN = "unknown"


class Kind(StrEnum):
    """What was done."""

    METHODS_REMOVED = "methodsRemoved"
    SESSIONS_REVOKED = "sessionsRevoked"
    PER_USER_MFA_CHANGED = "perUserMfaChanged"
    PASS_ISSUED = "passIssued"  # noqa: S105 - the name of a deed
    PASSWORD_CHANGED = "passwordChanged"  # noqa: S105 - the name of a deed
    METHODS_REGISTERED = "methodsRegistered"
    METHODS_UPDATED = "methodsUpdated"
    DEFAULT_CHANGED = "defaultChanged"
    ROLE_GIVEN = "roleGiven"
    ROLE_TAKEN = "roleTaken"
    OTHER = "other"


class Method(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """An authentication method, as far as the audit log tells it."""

    type: Annotated[
        str, Meta(description="A MethodType, or the word of the audit log for one this desk does not know.")
    ]
    label: Annotated[str, Meta(description="A masked phone number or address, the name of a phone or of a key.")] = ""


class Deed(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """One of the things that were done."""

    kind: Kind
    methods: Annotated[tuple[Method, ...], Meta(description="Which, as far as the audit log tells.")] = ()
    before: Annotated[str, Meta(description="Of per-user MFA: the state until then, where it is told.")] = ""
    after: Annotated[str, Meta(description="Of per-user MFA: the state since.")] = ""
    detail: Annotated[str, Meta(description="The role's name, or the audit log's own word for something else.")] = ""
    failed: Annotated[bool, Meta(description="It was tried, and did not succeed.")] = False


class Party(StrEnum):
    """What somebody who acts is."""

    PERSON = "person"
    APPLICATION = "application"
    UNKNOWN = "unknown"
    """The audit log names nobody."""


class Actor(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Whoever did it, or asked for it."""

    party: Party
    id: Annotated[str, Meta(description="Object id; of an application, that of its service principal.")] = ""
    name: Annotated[str, Meta(description="User principal name, or what there is of a name.")] = ""
    display_name: str = ""
    app_id: Annotated[str, Meta(description="Client id of an application, where it is told.")] = ""
    ip_address: str = ""
    tool: Annotated[str, Meta(description="The application that the person used, where it is told.")] = ""


class Person(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Whom it was done to."""

    id: str = ""
    user_principal_name: str = ""
    display_name: str = ""


class Registration(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """What a person registered after a reset."""

    at: datetime
    methods: tuple[Method, ...] = ()


class HistoryLine(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """One reset, or one other act: when, what, by whom, on whose behalf."""

    id: Annotated[str, Meta(description="Of its request, or of its first event in the audit log.")]
    at: Annotated[datetime, Meta(description="When it began.")]
    until: datetime
    person: Annotated[Person | None, Meta(description="To whom it was done; a group or policy has a name only.")] = None
    others: Annotated[tuple[Person, ...], Meta(description="Further people that the same events name.")] = ()
    deeds: tuple[Deed, ...] = ()
    standing: Standing
    through: Through
    asked_by: Annotated[Actor, Meta(description="The human from the ledger, or else whoever did it.")]
    done_by: Annotated[Actor | None, Meta(description="Whoever did it by the audit log, where that is another.")] = None
    approval: Approval | None = None
    ticket: str = ""
    reason: str = ""
    request_id: str = ""
    result: Status
    failures: Annotated[tuple[str, ...], Meta(description="What the audit log gives as the reasons of failures.")] = ()
    unseen: Annotated[
        tuple[Action, ...], Meta(description="What the ledger says was asked for, and the audit log does not show.")
    ] = ()
    note: Annotated[str, Meta(description="What else there is to know, in words.")] = ""
    afterwards: Annotated[
        tuple[Registration, ...], Meta(description="What the person registered then, until the next reset.")
    ] = ()
    events: Annotated[tuple[str, ...], Meta(description="The ids of its events in the audit log, in time order.")] = ()

    def has(self, *kinds: Kind) -> bool:
        """Return whether one of these was done, and not only tried."""
        return any(deed.kind in kinds and not deed.failed for deed in self.deeds)

    @property
    def is_reset(self) -> bool:
        """Whether somebody else took this person's methods away, by the audit log or by the ledger alone."""
        return self.standing is not Standing.SELF_SERVICE and self.has(Kind.METHODS_REMOVED)
