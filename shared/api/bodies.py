"""The bodies of HTTP alone: a record with its pass, and what a second person says."""

from typing import Annotated, Final, Self

import msgspec
from msgspec import Meta

from shared.contract import ContractError
from shared.graph_shapes import IssuedPass
from shared.record import RequestRecord

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


class Comment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the second person has to say."""

    comment: Annotated[
        str,
        Meta(max_length=_LONGEST, pattern=r"^[^\ufffe\uffff]*$", description="Why, for whoever asked and the record."),
    ] = ""


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
