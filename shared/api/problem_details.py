"""What a call over HTTP gets that was not done: problem details (RFC 9457), a sentence with the way out."""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

MEDIA_TYPE: Final = "application/problem+json"


class ProblemDetails(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """Why a call was not done (RFC 9457)."""

    type: Annotated[str, Meta(description="What kind of problem it is: for programs.")]
    title: Annotated[str, Meta(description="The kind in words.")]
    status: Annotated[int, Meta(ge=400, le=599, description="The status of the answer.")]
    detail: Annotated[str, Meta(description="What is wrong this time, with the way out: for people.")]
    instance: Annotated[str | None, Meta(description="The request which it is about, where there is one.")] = None
    field: Annotated[
        str | None, Meta(description="What is at fault, as the caller wrote it: a field, parameter or header.")
    ] = None
    rule: Annotated[str | None, Meta(description="The Rule that refused, where one did.")] = None
    code: Annotated[str | None, Meta(description="The code of the outcome's problem, where it has one.")] = None
    permission: Annotated[
        str | None, Meta(description="The application permission of Microsoft Graph that the desk lacks.")
    ] = None
    invocation_id: Annotated[str | None, Meta(description="By which the desk's log has what went wrong.")] = None


class ProblemType(msgspec.Struct, frozen=True):
    """A kind of problem: its name for programs, its status and its title."""

    name: str
    status: int
    title: str
    headers: tuple[str, ...] = ()
    """What stands beside the body of such an answer."""

    @property
    def uri(self) -> str:
        """The type of RFC 9457; it identifies, and leads nowhere."""
        return f"urn:mfa-desk:problem:{self.name}"

    def because(self, detail: str, **members: str | None) -> ProblemDetails:
        """Return a problem of this kind; members are the further ones of ProblemDetails."""
        return ProblemDetails(type=self.uri, title=self.title, status=self.status, detail=detail, **members)


INVALID: Final = ProblemType("invalid", 400, "Something in the call is not as it has to be")
UNREADABLE: Final = ProblemType("unreadable", 400, "The body cannot be read")
NOT_SIGNED_IN: Final = ProblemType("notSignedIn", 401, "Nobody is signed in", ("WWW-Authenticate",))
LACKS_AUTHORITY: Final = ProblemType("lacksAuthority", 403, "You may not do this at this desk")
FOREIGN_PAGE: Final = ProblemType("foreignPage", 403, "A page of another site has sent this")
REQUESTER_DIFFERS: Final = ProblemType("requesterDiffers", 403, "Over HTTP it is the caller who asks")
MAY_NOT_DECIDE: Final = ProblemType("mayNotDecide", 403, "You are not the second person whom this takes")
REFUSED: Final = ProblemType("refused", 403, "The request was refused", ("Location",))
TARGET_NOT_FOUND: Final = ProblemType("targetNotFound", 404, "There is nobody such in the directory", ("Location",))
NOT_FOUND: Final = ProblemType("notFound", 404, "There is nothing such")
CONFLICT: Final = ProblemType("conflict", 409, "This id belongs to another request")
BULK_ENDED: Final = ProblemType("bulkEnded", 409, "The bulk request has ended")
NOT_AWAITING: Final = ProblemType("notAwaiting", 409, "The request does not wait for an approval")
VERSION_CHANGED: Final = ProblemType("versionChanged", 412, "The request is not any more what you saw")
TOO_LARGE: Final = ProblemType("tooLarge", 413, "The body is too large")
NOT_JSON: Final = ProblemType("notJson", 415, "The body is not said to be JSON")
VERSION_MISSING: Final = ProblemType("versionMissing", 428, "Say which version of the request you decide about")
FAULT: Final = ProblemType("fault", 500, "Something went wrong at the desk")
LACKS_PERMISSION: Final = ProblemType("lacksPermission", 502, "Microsoft Graph refuses the desk what it needs")
UNAVAILABLE: Final = ProblemType("unavailable", 503, "Microsoft Graph does not answer for now", ("Retry-After",))
STORAGE_UNAVAILABLE: Final = ProblemType(
    "storageUnavailable", 503, "The desk's storage does not answer for now", ("Retry-After",)
)
NOT_SET_UP: Final = ProblemType("notSetUp", 500, "The desk is not set up yet")

ALL: Final = (
    INVALID,
    UNREADABLE,
    NOT_SIGNED_IN,
    LACKS_AUTHORITY,
    FOREIGN_PAGE,
    REQUESTER_DIFFERS,
    MAY_NOT_DECIDE,
    REFUSED,
    TARGET_NOT_FOUND,
    NOT_FOUND,
    CONFLICT,
    BULK_ENDED,
    NOT_AWAITING,
    VERSION_CHANGED,
    TOO_LARGE,
    NOT_JSON,
    VERSION_MISSING,
    FAULT,
    LACKS_PERMISSION,
    UNAVAILABLE,
    STORAGE_UNAVAILABLE,
    NOT_SET_UP,
)
