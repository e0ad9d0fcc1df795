"""The operations of the HTTP interface as data: what each takes, and what it answers. One entry a door."""

from typing import Final

from shared.api import problem_details as problems
from shared.api.bodies import Comment, Me, RequestAnswer, RequestSeen
from shared.api.health import Health
from shared.api.openapi_operation import Body, Operation, Parameter, Reply
from shared.audit.histories import HistoryList
from shared.bulk.bulk import BulkList, BulkRequest
from shared.bulk.order import BulkOrder
from shared.contract import PERSON_PATTERN, REQUEST_ID_PATTERN, Action, ResetRequest
from shared.lookups.delegates import DelegateList
from shared.lookups.people import PeopleFound
from shared.lookups.role_permissions import RoleDescribed
from shared.outcome import Status
from shared.preview import Preview
from shared.record import MessageList, RequestList, RequestRecord
from shared.report.report import Report
from shared.report.report_table import ReportList

# --- what several operations have in common ---------------------------------------------------------------------------

_ANYWHERE: Final = (problems.FAULT, problems.NOT_SET_UP)
_SIGNED_IN: Final = (problems.NOT_SIGNED_IN, *_ANYWHERE)
_READING: Final = (problems.LACKS_AUTHORITY, *_SIGNED_IN)
_STORAGE: Final = (problems.STORAGE_UNAVAILABLE,)
_GRAPH: Final = (problems.UNAVAILABLE, problems.LACKS_PERMISSION)
_BODY: Final = (problems.INVALID, problems.UNREADABLE, problems.FOREIGN_PAGE, problems.TOO_LARGE, problems.NOT_JSON)
_DECIDING: Final = (
    problems.MAY_NOT_DECIDE,
    problems.NOT_FOUND,
    problems.NOT_AWAITING,
    problems.VERSION_CHANGED,
    problems.VERSION_MISSING,
    *_BODY,
    *_STORAGE,
    *_SIGNED_IN,
)

_PERSON_SCHEMA: Final = {"type": "string", "minLength": 1, "maxLength": 256, "pattern": PERSON_PATTERN}
_ID: Final = Parameter(
    name="id",
    where="path",
    description="The id of the request.",
    schema={"type": "string", "pattern": REQUEST_ID_PATTERN},
    required=True,
)
_PERSON: Final = Parameter(
    name="user",
    where="path",
    description="Object id or user principal name; the # of a guest's as %23.",
    schema=_PERSON_SCHEMA,
    required=True,
)
_FURTHER: Final = Parameter(
    name="continuation",
    where="query",
    description="As the list before this one gave it.",
    schema={"type": "string", "minLength": 1, "maxLength": 64},
)
_DAY: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_SEEN: Final = Parameter(
    name="If-Match",
    where="header",
    description="The ETag of the request as the caller saw it; `*` is refused.",
    schema={"type": "string", "pattern": r'^"[\x21\x23-\x7e]{1,128}"$'},
    required=True,
)
_RECORD_HEADERS: Final = ("Location", "ETag")
_WAITING: Final = Reply(
    description="It has not ended: it waits for an approval or for Graph, or somebody else is at it. Look again there.",
    shape=RequestAnswer,
    headers=(*_RECORD_HEADERS, "Retry-After", "Preference-Applied"),
)

_STATE_WITH_ITS_ACTION: Final = {
    "if": {"properties": {"actions": {"contains": {"const": Action.SET_PER_USER_MFA.value}}}},
    "then": {"properties": {"perUserMfaState": {"type": "string"}}, "required": ["perUserMfaState"]},
    "else": {"properties": {"perUserMfaState": {"type": "null"}}},
}
_TERMS_WITH_THEIR_ACTION: Final = {
    "if": {"properties": {"actions": {"contains": {"const": Action.ISSUE_TEMPORARY_ACCESS_PASS.value}}}},
    "else": {"properties": {"temporaryAccessPass": {"type": "null"}}},
}

# --- the doors --------------------------------------------------------------------------------------------------------

OPERATIONS: Final = (
    Operation(
        id="submit_request",
        method="POST",
        path="/requests",
        tag="Requests",
        summary="Ask for a reset",
        description="The caller is who asks. Whether it may be done depends on what they may and whom it is about; a "
        "refusal is on record too. The same id with the same content is carried out once, however often it is sent.",
        parameters=(
            Parameter(
                name="Prefer",
                where="header",
                description="`respond-async`: put it on the queue, and do not wait (RFC 7240). Not for a pass.",
                schema={"type": "string"},
            ),
        ),
        body=Body(
            shape=ResetRequest,
            description="What to do to whom. An absent id means a new one.",
            also={"allOf": [_STATE_WITH_ITS_ACTION, _TERMS_WITH_THEIR_ACTION]},
        ),
        replies={
            200: Reply(
                description="A request of this id and content had ended before; nothing was done now.",
                shape=RequestAnswer,
                headers=_RECORD_HEADERS,
            ),
            201: Reply(
                description="It was carried out now: `status` tells how that went.",
                shape=RequestAnswer,
                headers=_RECORD_HEADERS,
            ),
            202: _WAITING,
        },
        problems=(
            problems.REFUSED,
            problems.TARGET_NOT_FOUND,
            problems.REQUESTER_DIFFERS,
            problems.CONFLICT,
            *_BODY,
            *_STORAGE,
            problems.UNAVAILABLE,
            *_SIGNED_IN,
        ),
    ),
    Operation(
        id="list_requests",
        method="GET",
        path="/requests",
        tag="Requests",
        summary="List requests",
        description="Those of a day, those about a person, or, without either, those that have not ended. "
        "Takes an auditor.",
        parameters=(
            Parameter(
                name="day",
                where="query",
                description="The day on which they came (UTC). Not together with user.",
                schema={"type": "string", "format": "date"},
            ),
            Parameter(
                name="user",
                where="query",
                description="Whom they are about. Not together with day.",
                schema=_PERSON_SCHEMA,
            ),
            Parameter(
                name="status",
                where="query",
                description="Those of one status; an ending only together with day or user.",
                schema={"type": "string", "enum": list(Status)},
            ),
            Parameter(
                name="continuation",
                where="query",
                description="What the list before this one ended with, day or user being the same.",
                schema={"type": "string", "minLength": 1, "maxLength": 256},
            ),
        ),
        replies={200: Reply(description="The requests.", shape=RequestList)},
        problems=(problems.INVALID, problems.TARGET_NOT_FOUND, *_STORAGE, *_GRAPH, *_READING),
    ),
    Operation(
        id="show_request",
        method="GET",
        path="/requests/{id}",
        tag="Requests",
        summary="Look at a request",
        description="All that is on record of it, tries to decide about it included. Takes an auditor.",
        parameters=(_ID,),
        replies={200: Reply(description="The record.", shape=RequestSeen, headers=("ETag",))},
        problems=(problems.INVALID, problems.NOT_FOUND, *_STORAGE, *_READING),
    ),
    Operation(
        id="show_messages",
        method="GET",
        path="/requests/{id}/messages",
        tag="Requests",
        summary="Look at messages that were not taken",
        description="Those under an id which were no request, or not the one that has it, whole as they came. "
        "Takes an auditor.",
        parameters=(_ID,),
        replies={200: Reply(description="The messages, if there are any.", shape=MessageList)},
        problems=(problems.INVALID, *_STORAGE, *_READING),
    ),
    Operation(
        id="approve_request",
        method="POST",
        path="/requests/{id}/approval",
        tag="Approvals",
        summary="Approve a request",
        description="It is then carried out, unless what was found out meanwhile forbids it. Takes a privileged "
        "operator who is a person, and neither who asked nor whom it is about.",
        parameters=(_ID, _SEEN),
        body=Body(shape=Comment, description="A word on it.", required=False),
        replies={
            200: Reply(description="It has ended: `status` tells how.", shape=RequestAnswer, headers=_RECORD_HEADERS),
            202: _WAITING,
        },
        problems=(problems.REFUSED, problems.TARGET_NOT_FOUND, problems.UNAVAILABLE, *_DECIDING),
    ),
    Operation(
        id="reject_request",
        method="POST",
        path="/requests/{id}/rejection",
        tag="Approvals",
        summary="Reject a request",
        description="It then ends without being carried out. Takes what approving takes.",
        parameters=(_ID, _SEEN),
        body=Body(
            shape=Comment,
            description="Why.",
            also={"required": ["comment"], "properties": {"comment": {"pattern": r"\S"}}},
        ),
        replies={200: Reply(description="The record.", shape=RequestRecord, headers=("ETag",))},
        problems=_DECIDING,
    ),
    Operation(
        id="submit_bulk_request",
        method="POST",
        path="/bulk-requests",
        tag="Bulk requests",
        summary="Ask for many people at once",
        description="For an incident. Each person becomes a request of its own, by all the rules that hold for one; "
        "they are done one after another at a pace that leaves room for others. The same id with the same content is "
        "accepted once.",
        body=Body(
            shape=BulkOrder,
            description="What to do, and to whom; up to 1 MiB. An absent id means a new one.",
            also=_STATE_WITH_ITS_ACTION,
        ),
        replies={
            200: Reply(
                description="One of this id and content was accepted before.",
                shape=BulkRequest,
                headers=_RECORD_HEADERS,
            ),
            202: Reply(
                description="It is on record, all of it, and will be done.", shape=BulkRequest, headers=_RECORD_HEADERS
            ),
        },
        problems=(problems.REFUSED, problems.CONFLICT, *_BODY, *_STORAGE, *_SIGNED_IN),
    ),
    Operation(
        id="list_bulk_requests",
        method="GET",
        path="/bulk-requests",
        tag="Bulk requests",
        summary="List bulk requests",
        description="The newest first. Takes an auditor.",
        parameters=(
            Parameter(
                name="continuation",
                where="query",
                description="What the list before this one ended with.",
                schema={"type": "string", "pattern": r"^[0-9]{13}-[A-Za-z0-9._-]{1,64}$"},
            ),
        ),
        replies={200: Reply(description="The bulk requests.", shape=BulkList)},
        problems=(problems.INVALID, *_STORAGE, *_READING),
    ),
    Operation(
        id="show_bulk_request",
        method="GET",
        path="/bulk-requests/{id}",
        tag="Bulk requests",
        summary="Look how far a bulk request is",
        description="As cheap for ten thousand people as for one: ask every few seconds if you like. Takes an auditor.",
        parameters=(_ID,),
        replies={200: Reply(description="How it stands.", shape=BulkRequest, headers=_RECORD_HEADERS)},
        problems=(problems.INVALID, problems.NOT_FOUND, *_STORAGE, *_READING),
    ),
    Operation(
        id="show_outcomes",
        method="GET",
        path="/bulk-requests/{id}/outcomes.csv",
        tag="Bulk requests",
        summary="What became of everybody",
        description="A line for each person, in the order in which they were sent. Takes an auditor.",
        parameters=(_ID,),
        replies={200: Reply(description="The table.", also=("text/csv",), as_json=False)},
        problems=(problems.INVALID, problems.NOT_FOUND, *_STORAGE, *_READING),
    ),
    *(
        Operation(
            id=f"{verb}_bulk_request",
            method="POST",
            path=f"/bulk-requests/{{id}}/{noun}",
            tag="Bulk requests",
            summary=summary,
            description=f"{description} Takes whoever asked for it, or a privileged operator. Has no body.",
            parameters=(_ID,),
            replies={200: Reply(description="How it stands.", shape=BulkRequest, headers=_RECORD_HEADERS)},
            problems=(problems.NOT_FOUND, problems.BULK_ENDED, *_BODY, *_STORAGE, *_READING),
        )
        for verb, noun, summary, description in (
            ("pause", "pause", "Pause a bulk request", "Nobody more is begun with until it is resumed."),
            ("resume", "resume", "Resume a bulk request", "It goes on where it was."),
            ("cancel", "cancellation", "Cancel a bulk request", "It ends: nobody more is begun with."),
        )
    ),
    Operation(
        id="search_users",
        method="GET",
        path="/users",
        tag="People",
        summary="Find somebody",
        description="By a part of their name, user principal name or address, or by object id. Takes an auditor.",
        parameters=(
            Parameter(
                name="search",
                where="query",
                description="What is known of them.",
                schema={"type": "string", "minLength": 1, "maxLength": 100, "pattern": r"\S"},
                required=True,
            ),
        ),
        replies={200: Reply(description="The first people who fit.", shape=PeopleFound)},
        problems=(problems.INVALID, *_GRAPH, *_READING),
    ),
    Operation(
        id="show_user",
        method="GET",
        path="/users/{user}",
        tag="People",
        summary="Look at somebody",
        description="What they have registered, and what each action would come to if this caller asked for it now. "
        "Takes an auditor.",
        parameters=(_PERSON,),
        replies={200: Reply(description="The person.", shape=Preview)},
        problems=(problems.INVALID, problems.TARGET_NOT_FOUND, *_GRAPH, *_READING),
    ),
    Operation(
        id="show_history_of_user",
        method="GET",
        path="/users/{user}/history",
        tag="History",
        summary="Who did what to somebody's MFA",
        description="One line for each reset or other act, the newest first: who asked, through what, and what the "
        "person registered afterwards. From the audit log as it was kept, joined with the desk's ledger. "
        "Takes an auditor.",
        parameters=(_PERSON, _FURTHER),
        replies={200: Reply(description="The lines.", shape=HistoryList)},
        problems=(problems.INVALID, problems.TARGET_NOT_FOUND, *_STORAGE, *_GRAPH, *_READING),
    ),
    Operation(
        id="show_history_of_actor",
        method="GET",
        path="/actors/{actor}/history",
        tag="History",
        summary="What somebody did to others",
        description="In person, or through the desk. Takes an auditor.",
        parameters=(
            Parameter(
                name="actor",
                where="path",
                description="Object id or user principal name; of an application also its app id.",
                schema=_PERSON_SCHEMA,
                required=True,
            ),
            _FURTHER,
        ),
        replies={200: Reply(description="The lines.", shape=HistoryList)},
        problems=(problems.INVALID, problems.TARGET_NOT_FOUND, *_STORAGE, *_GRAPH, *_READING),
    ),
    Operation(
        id="show_history_of_day",
        method="GET",
        path="/history/{day}",
        tag="History",
        summary="What was done on a day",
        description="Takes an auditor.",
        parameters=(
            Parameter(
                name="day",
                where="path",
                description="A day of UTC.",
                schema={"type": "string", "format": "date", "pattern": _DAY},
                required=True,
            ),
        ),
        replies={200: Reply(description="The lines.", shape=HistoryList)},
        problems=(problems.INVALID, *_STORAGE, *_READING),
    ),
    Operation(
        id="list_reports",
        method="GET",
        path="/reports",
        tag="Reports",
        summary="The daily reports there are",
        description="The newest first, each with what it says of its own completeness. Takes an auditor.",
        replies={200: Reply(description="The reports.", shape=ReportList)},
        problems=(problems.INVALID, *_STORAGE, *_READING),
    ),
    Operation(
        id="show_report",
        method="GET",
        path="/reports/{day}",
        tag="Reports",
        summary="The report of a day",
        description="As JSON, as a table or as a page: as the extension says (2026-11-23.html), or else the header "
        "Accept. Takes an auditor.",
        parameters=(
            Parameter(
                name="day",
                where="path",
                description="A day in the operator's time zone, and an extension if you like: .json, .csv or .html.",
                schema={"type": "string", "pattern": _DAY.removesuffix("$") + r"(\.(json|csv|html))?$"},
                required=True,
            ),
        ),
        replies={200: Reply(description="The report.", shape=Report, also=("text/csv", "text/html"))},
        problems=(problems.INVALID, problems.NOT_FOUND, *_STORAGE, *_READING),
    ),
    Operation(
        id="list_delegates",
        method="GET",
        path="/delegates",
        tag="Delegation",
        summary="Who may do what at this desk",
        description="Everybody who has one of the desk's app roles, or a role of Microsoft Entra that counts here, and "
        "how they come by it. Takes an auditor.",
        replies={200: Reply(description="The delegates.", shape=DelegateList)},
        problems=(*_GRAPH, *_READING),
    ),
    Operation(
        id="show_role_permissions",
        method="GET",
        path="/roles/{role}/permissions",
        tag="Delegation",
        summary="What a role of Microsoft Entra allows",
        description="As Microsoft Graph tells it now. Takes an auditor.",
        parameters=(
            Parameter(
                name="role",
                where="path",
                description="Template id or display name of the role.",
                schema={"type": "string", "minLength": 1, "maxLength": 128, "pattern": r"\S"},
                required=True,
            ),
        ),
        replies={200: Reply(description="The role.", shape=RoleDescribed)},
        problems=(problems.INVALID, problems.NOT_FOUND, *_GRAPH, *_READING),
    ),
    Operation(
        id="show_me",
        method="GET",
        path="/me",
        tag="Service",
        summary="Who you are to the desk",
        description="And what the desk lays down for all: which fields it demands, which actions it does. Takes being "
        "signed in.",
        replies={200: Reply(description="The caller, and the rules.", shape=Me)},
        problems=_SIGNED_IN,
    ),
    Operation(
        id="show_health",
        method="GET",
        path="/health",
        tag="Service",
        summary="Whether the desk is set up, and which permissions it lacks",
        description="For probes and for whoever sets it up. Also 200 where permissions are missing or Graph is away, "
        "which needs no new instance; what the directory tells of the permissions is kept for five minutes.",
        replies={200: Reply(description="How it is.", shape=Health)},
        problems=_ANYWHERE,
        signed_in=False,
    ),
    Operation(
        id="show_openapi",
        method="GET",
        path="/openapi.json",
        tag="Service",
        summary="This description",
        description="OpenAPI 3.1.",
        replies={200: Reply(description="The description.")},
        problems=(problems.FAULT,),
        signed_in=False,
    ),
)
