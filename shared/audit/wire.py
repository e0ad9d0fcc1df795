"""A directory audit event as Graph writes it: read strictly where it keeps to its shape, else as far as it can be read.

Shape after the Microsoft Graph metadata of 2026-08 (directoryAudit); everything but the id can be null or missing.
"""

import json
from typing import Any, Final

import msgspec


class Unreadable(Exception):
    """Those bytes are no event that could be kept by its id and time."""


class User(msgspec.Struct, rename="camel", gc=False):
    """The user of initiatedBy."""

    id: str | None = None
    user_principal_name: str | None = None
    display_name: str | None = None
    ip_address: str | None = None


class App(msgspec.Struct, rename="camel", gc=False):
    """The app of initiatedBy."""

    app_id: str | None = None
    service_principal_id: str | None = None
    display_name: str | None = None


class InitiatedBy(msgspec.Struct, gc=False):
    """Who began it: one of them, both or neither."""

    user: User | None = None
    app: App | None = None


class Property(msgspec.Struct, rename="camel", gc=False):
    """One of modifiedProperties."""

    display_name: str | None = None
    old_value: str | None = None
    new_value: str | None = None


class Target(msgspec.Struct, rename="camel", gc=False):
    """One of targetResources."""

    id: str | None = None
    type: str | None = None
    display_name: str | None = None
    user_principal_name: str | None = None
    modified_properties: list[Property] | None = None


class Event(msgspec.Struct, rename="camel", gc=False):
    """The event."""

    id: str | None = None
    activity_date_time: str | None = None
    activity_display_name: str | None = None
    logged_by_service: str | None = None
    category: str | None = None
    operation_type: str | None = None
    result: str | None = None
    result_reason: str | None = None
    correlation_id: str | None = None
    initiated_by: InitiatedBy | None = None
    target_resources: list[Target] | None = None


_decoder: Final = msgspec.json.Decoder(Event)


def decode(raw: bytes) -> Event:
    """Return the event; raise Unreadable of what is no JSON object."""
    try:
        return _decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _salvaged(document_of(raw))


def document_of(raw: bytes) -> dict[str, Any]:
    """Return a JSON object that msgspec is too strict for: half a surrogate pair, bytes that are no UTF-8."""
    try:
        document = json.loads(raw.decode(errors="replace"))
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"It is no JSON: {error}") from error
    if not isinstance(document, dict):
        raise Unreadable(f"It is a JSON {type(document).__name__}, and no object.")
    return document


def _salvaged(document: dict[str, Any]) -> Event:
    """Return what can be read of an event in another shape."""
    initiated_by = _object(document.get("initiatedBy"))
    user, app = initiated_by.get("user"), initiated_by.get("app")
    targets = _objects(document.get("targetResources"))
    return Event(
        **_texts(document, Event),
        initiated_by=InitiatedBy(
            user=User(**_texts(user, User)) if isinstance(user, dict) else None,
            app=App(**_texts(app, App)) if isinstance(app, dict) else None,
        ),
        target_resources=[_target(each) for each in targets],
    )


def _target(document: dict[str, Any]) -> Target:
    changes = _objects(document.get("modifiedProperties"))
    return Target(
        **_texts(document, Target),
        modified_properties=[Property(**_texts(each, Property)) for each in changes],
    )


def _texts(document: dict[str, Any], shape: type[msgspec.Struct]) -> dict[str, Any]:
    """Return the plain fields of that shape."""
    fields = {field.encode_name: field.name for field in msgspec.structs.fields(shape) if field.type == str | None}
    return {fields[name]: _text(value) for name, value in document.items() if name in fields}


def _text(value: object) -> str | None:
    if value is None:
        return None
    text = value if isinstance(value, str) else json.dumps(value)
    return text.encode(errors="replace").decode()


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _objects(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
