"""The bodies of HTTP alone: a record with its pass or for its reader, what a second person says, and who calls."""

from typing import Annotated, Final, Self

import msgspec
from msgspec import Meta

from shared.caller import Caller
from shared.contract import Action, ContractError
from shared.delegation import USUAL_ACTIONS, Approver, Decision, Party, SecondPerson, may_approve
from shared.graph_shapes import IssuedPass
from shared.outcome import Status
from shared.record import RequestRecord
from shared.settings import Settings

_LONGEST: Final = 1024


class RequestAnswer(RequestRecord, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """All that is on record of a request, and the pass, if this call has issued one."""

    temporary_access_pass: Annotated[
        IssuedPass | None, Meta(description="The pass. It is shown this once: no record has it, and no later answer.")
    ] = None

    @classmethod
    def of(cls, record: RequestRecord, issued: IssuedPass | None) -> Self:
        """Return a record with the pass beside it."""
        fields = {name: getattr(record, name) for name in record.__struct_fields__}
        return cls(**fields, temporary_access_pass=issued)


class RequestSeen(RequestRecord, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """All that is on record of a request, and what its reader may do about it."""

    may_decide: Annotated[
        Decision | None, Meta(description="Whether you may be the second person, while it waits for one.")
    ] = None

    @classmethod
    def of(cls, record: RequestRecord, caller: Caller) -> Self:
        """Return a record as that caller reads it."""
        fields = {name: getattr(record, name) for name in record.__struct_fields__}
        if record.status is not Status.AWAITING_APPROVAL:
            return cls(**fields)
        party = Party(caller.id, caller.name, is_application=caller.is_application)
        deciding = may_approve(Approver(party, caller.authority), record.requested_by.id, record.user.id)
        return cls(**fields, may_decide=deciding)


class Comment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the second person has to say."""

    comment: Annotated[
        str,
        Meta(max_length=_LONGEST, pattern=r"^[^\ufffe\uffff]*$", description="Why, for whoever asked and the record."),
    ] = ""


class HouseRules(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What the operator of the desk has laid down, as far as whoever asks for something has to know it."""

    demanded_fields: Annotated[
        tuple[str, ...], Meta(description="reason, ticket, verification: a request without them is rejected.")
    ]
    actions: Annotated[tuple[Action, ...], Meta(description="What this desk does; the rest is switched off.")]
    second_person: Annotated[SecondPerson, Meta(description="When an administrator's reset takes an approval.")]
    time_zone: Annotated[str, Meta(description="In which the days of the reports begin.")]

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the rules in the settings."""
        done = USUAL_ACTIONS | settings.further_actions
        return cls(
            demanded_fields=tuple(sorted(settings.demanded)),
            actions=tuple(action for action in Action if action in done),
            second_person=settings.second_person,
            time_zone=settings.time_zone,
        )


class Me(Caller, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Who calls, and by which rules."""

    rules: HouseRules

    @classmethod
    def of(cls, caller: Caller, settings: Settings) -> Self:
        """Return a caller with the rules beside them."""
        fields = {name: getattr(caller, name) for name in caller.__struct_fields__}
        return cls(**fields, rules=HouseRules.of(settings))


def comment_in(body: bytes) -> str:
    """Return the comment which a body holds; an empty one holds none. Raises ContractError."""
    if not body.strip():
        return ""
    try:
        return msgspec.json.decode(body.decode(), type=Comment).comment.strip()
    except msgspec.ValidationError:
        problem = f"is not as it has to be; send one JSON object with a comment of up to {_LONGEST} characters alone."
        raise ContractError("comment", problem) from None
    except (UnicodeDecodeError, msgspec.DecodeError) as error:
        raise ContractError(None, f"The text is not JSON in UTF-8 ({error}); send one JSON object.") from None
