"""Writes docs/requests.md and the JSON Schemas beside it from the types: `make docs`."""

import json
from pathlib import Path
from typing import Any, Final

import msgspec

from shared import announcement, contract
from shared.outcome import Outcome

FOLDER: Final = Path(__file__).parent
_HEAD: Final = """\
<!-- Written by `make docs` from the types in shared/; change those, not this page. -->

# Requests and outcomes

A request is one JSON object on the request queue (`reset-requests`), as plain text or in base64, in UTF-8, at most
64 KiB. Its JSON Schema is [request.schema.json](request.schema.json); what comes back has
[outcome.schema.json](outcome.schema.json).

```json
%(request)s
```

## The request

| field | required | | type |
| --- | --- | --- | --- |
%(fields)s

A field that is not in this table is refused, and so is a wrong type or an over-long text: the answer names the field.
Nothing is lost by it: the message is kept, whole, in the ledger.

**The `id` is the idempotency key.** The same request under the same id is carried out once, however often it is sent.
The same id with other content is refused as a conflict. Choose ids that mean something to you: a ticket's, for one.

**A request ages.** One that could not be done within a day (`MAX_REQUEST_AGE`) of being put on the queue is refused.
Methods which the person has registered after that moment stay, as far as Graph dates them; its own examples give phones
and e-mail addresses no date.

**Hardware OATH tokens** are deactivated and stay assigned to their person; with `methods: "all"` they are unassigned.

## The outcome

Every ending is announced on the result queue (`reset-results`) as a CloudEvents 1.0 message in JSON, whose `data` is
the outcome. An event can arrive twice, under the same `id` of the event: take it once.

```json
%(event)s
```

| field | | type |
| --- | --- | --- |
%(outcome)s

%(enums)s
"""

EXAMPLE: Final = {
    "id": "INC-1001",
    "user": "adele.vance@contoso.com",
    "actions": ["requireReregistration", "revokeSessions"],
    "requestedBy": "lee.gu@contoso.com",
    "ticket": "INC-1001",
    "reason": "Phone left on the train",
    "verification": {"method": "managerCallback", "reference": "CALL-77"},
}
EXAMPLE_OUTCOME: Final = {
    "id": "INC-1001",
    "status": "succeeded",
    "acceptedAt": "2026-11-22T09:30:00Z",
    "finishedAt": "2026-11-22T09:30:01.204Z",
    "user": {
        "asked": "adele.vance@contoso.com",
        "id": "8c14b9a1-82a0-4e4a-a66b-dcf3cfaa2e14",
        "userPrincipalName": "adele.vance@contoso.com",
        "displayName": "Adele Vance",
    },
    "requestedBy": {
        "asked": "lee.gu@contoso.com",
        "id": "7a8bdf04-4c51-4c95-97ae-692d37d8074a",
        "userPrincipalName": "lee.gu@contoso.com",
        "displayName": "Lee Gu",
    },
    "ticket": "INC-1001",
    "decision": {
        "effect": "allowed",
        "rule": "standardTarget",
        "reason": "This person holds no directory role.",
    },
    "actions": [
        {
            "action": "requireReregistration",
            "status": "succeeded",
            "methods": [
                {
                    "type": "phone",
                    "id": "3179e48a-750b-4051-897c-87b9720928f7",
                    "label": "mobile +1 ********10",
                    "result": "removed",
                },
                {
                    "type": "fido2",
                    "id": "frAt34CQ1Pn3_7rCpWkEqw2",
                    "label": "Red key",
                    "result": "stillRegistered",
                    "why": "notSelected",
                },
            ],
        },
        {"action": "revokeSessions", "status": "succeeded"},
    ],
    "graphRequestIds": ["fde88260-b9b9-4017-910f-1e1f37df85f9", "c454ea38-459a-4212-930d-4c96f492511d"],
}

MEANINGS: Final[dict[str, dict[str, str]]] = {
    "Action": {
        "requireReregistration": "Remove the person's second factors; they register anew at their next sign-in.",
        "revokeSessions": "End every sign-in session. Access tokens already issued live on for up to an hour.",
        "setPerUserMfa": "Set per-user MFA to `perUserMfaState`. Off unless the operator switches it on.",
        "issueTemporaryAccessPass": "Issue a pass, shown once to whoever asks; over HTTP only. Off unless switched on.",
    },
    "Effect": {
        "allowed": "It may be done.",
        "needsApproval": "It may be done once a second person has approved it.",
        "refused": "It may not, and nothing was changed.",
    },
    "MethodType": {
        "phone": "Mobile, alternate mobile or office phone.",
        "microsoftAuthenticator": "The Authenticator app on one device.",
        "softwareOath": "One-time codes of another app.",
        "hardwareOath": "A hardware token.",
        "fido2": "A security key or passkey.",
        "windowsHelloForBusiness": "Windows Hello on one device.",
        "email": "E-mail address for self-service password reset.",
        "temporaryAccessPass": "A Temporary Access Pass.",
        "platformCredential": "The platform credential of a Mac.",
        "external": "A method of another provider.",
        "qrCodePin": "QR code with PIN.",
        "passwordlessMicrosoftAuthenticator": "Phone sign-in by the Authenticator, as the deprecated beta type.",
    },
    "PerUserMfaState": {
        "disabled": "Per-user MFA asks for nothing; Conditional Access and security defaults still may.",
        "enabled": "The person is asked to register; Graph makes it enforced for whoever has registered.",
        "enforced": "MFA is demanded at every sign-in, of older applications too.",
    },
    "Result": {
        "removed": "Deleted by this request; a hardware token: unassigned.",
        "alreadyGone": "It was registered when the request was planned, and gone when its turn came.",
        "deactivated": "A hardware token which stays assigned to the person.",
        "stillRegistered": "It is there; see why.",
        "wouldBeRemoved": "Dry run.",
        "wouldBeDeactivated": "Dry run.",
    },
    "Rule": {
        "standardTarget": "The person holds no directory role, or only such as an operator may reset.",
        "privilegedOperator": "The person holds more than that, and a privileged operator asks, signed in.",
        "approved": "A second person has approved it.",
        "secondPersonNeeded": "The person holds more than an operator may reset: a privileged operator has to approve.",
        "targetIsPrivileged": "The person holds more than an operator may reset, and an operator asks.",
        "requesterLacksAuthority": "Whoever asks is no operator of this desk.",
        "actionSwitchedOff": "This desk does not do that; the setting FURTHER_ACTIONS switches it on.",
        "passNeedsCaller": "A pass is shown to whoever asks over HTTP; a queue shows it to nobody.",
        "passCannotWait": "It would take an approval, and a pass cannot wait for one.",
        "approverLacksAuthority": "Approving takes a privileged operator.",
        "approverIsApplication": "Approving takes a person.",
        "approverIsRequester": "Who asked cannot approve as well.",
        "approverIsTarget": "Nobody approves what is done to themselves.",
        "approverDisabled": "Whoever approved has a disabled account when it is carried out.",
        "targetNotFound": "Nobody has that object id or user principal name.",
        "targetProtected": "The person is on the operator's list of those whom nobody touches.",
        "requesterDiffers": "Over HTTP somebody has asked in the name of somebody else.",
        "requesterNotFound": "Whoever asks is not in the directory.",
        "requesterDisabled": "Whoever asks has a disabled account.",
        "self": "Nobody resets themselves.",
        "cannotTell": "Something that decides could not be read; the reason names the permission it takes.",
    },
    "Status": {
        "succeeded": "All of it was done.",
        "partial": "Some of it was done; the outcome tells which.",
        "failed": "None of it was done.",
        "refused": "It may not be done.",
        "rejected": "The message is no request that can be taken.",
        "awaitingApproval": "Waiting for a second person. Stands in the ledger only.",
        "deferred": "Waiting for Graph; it goes on by itself. Stands in the ledger only.",
        "running": "Being done. Stands in the ledger only.",
    },
    "Verdict": {"approved": "It was carried out.", "rejected": "It was ended."},
    "Why": {
        "notSelected": "The request does not ask for it.",
        "registeredSince": "The person registered it after the request was accepted.",
        "unknownType": "Microsoft has added a type which this desk does not know yet.",
        "isDefault": "Graph keeps the default method while others are registered.",
        "graphRefused": "Graph refused; the detail has its words, and the permission it takes.",
        "notYetGone": "Graph accepted the deletion and still lists it.",
        "notPlanned": "It is older than the request, and Graph did not show it when the request was planned.",
        "stopped": "An earlier run ended before its turn came, and the request may not go on.",
    },
}
"""What each value means; a test holds this to the types."""

Schema = dict[str, Any]


def pages() -> dict[str, str]:
    """Return every generated file by its name."""
    request, outcome = contract.json_schema(), outcome_schema()
    definitions = request["$defs"] | outcome["$defs"]
    text = _HEAD % {
        "request": _json(EXAMPLE),
        "fields": _request_rows(definitions["ResetRequest"]),
        "event": _event(),
        "outcome": _rows(definitions["Outcome"]),
        "enums": "\n\n".join(_value(name, definitions[name]) for name in sorted(definitions) if name not in _WHOLES),
    }
    return {
        "requests.md": text.rstrip() + "\n",
        "request.schema.json": _json(request) + "\n",
        "outcome.schema.json": _json(outcome) + "\n",
    }


_WHOLES: Final = frozenset({"ResetRequest", "Outcome"})


def outcome_schema() -> Schema:
    """Return the JSON Schema of an outcome."""
    (schema,), components = msgspec.json.schema_components([Outcome], ref_template="#/$defs/{name}")
    draft = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": draft, "title": "MFA Desk outcome", **schema, "$defs": components}


def _event() -> str:
    event = json.loads(announcement.announce(msgspec.convert(EXAMPLE_OUTCOME, Outcome)))
    return _json(event)


def _request_rows(schema: Schema) -> str:
    required = {*schema["required"], "requestedBy"}
    return "\n".join(
        f"| `{name}` | {'yes' if name in required else ''} | {field.get('description', '')} | {_type(field)} |"
        for name, field in schema["properties"].items()
    )


def _rows(schema: Schema) -> str:
    return "\n".join(
        f"| `{name}` | {field.get('description', '')} | {_type(field)} |"
        for name, field in schema["properties"].items()
    )


def _value(name: str, schema: Schema) -> str:
    title = f"### {name}\n\n{schema.get('description', '')}"
    if "enum" in schema:
        values = MEANINGS[name]
        rows = "\n".join(f"| `{value}` | {values[value]} |" for value in values)
        return f"{title}\n\n| value | meaning |\n| --- | --- |\n{rows}"
    return f"{title}\n\n| field | | type |\n| --- | --- | --- |\n{_rows(schema)}"


def _type(field: Schema) -> str:
    """Return a field's type in a few words."""
    if "$ref" in field:
        name = field["$ref"].rsplit("/", 1)[1]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in field:
        return " or ".join(_type(one) for one in field["anyOf"] if one.get("type") != "null")
    if "enum" in field:
        return " or ".join(f"`{value}`" for value in field["enum"])
    if field.get("type") == "array":
        return f"list of {_type(field.get('items', {}))}"
    limit = f", at most {field['maxLength']} characters" if "maxLength" in field else ""
    return f"{field.get('format') or field.get('type', 'any')}{limit}"


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


if __name__ == "__main__":
    for name, text in pages().items():
        FOLDER.joinpath(name).write_text(text, encoding="utf-8")
