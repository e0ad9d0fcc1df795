"""A directory audit in Graph's own shape (metadata of v1.0; Graph documentation, directoryAudit and its examples)."""

import msgspec


class ModifiedProperty(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A change; both values are JSON texts, and Core Directory writes single ones as lists."""

    display_name: str
    old_value: str | None = None
    new_value: str | None = None


class AppIdentity(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An application that did something."""

    app_id: str | None
    display_name: str | None
    service_principal_id: str | None
    service_principal_name: None = None


class UserIdentity(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A person who did something."""

    id: str | None
    display_name: str | None
    user_principal_name: str | None
    ip_address: str | None
    user_type: None = None
    home_tenant_id: None = None
    home_tenant_name: None = None


class Initiator(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Who did it."""

    user: UserIdentity | None = None
    app: AppIdentity | None = None


class Target(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What it was done to."""

    id: str | None
    display_name: str | None = None
    type: str
    user_principal_name: str | None = None
    group_type: str | None = None
    modified_properties: tuple[ModifiedProperty, ...] = ()


class KeyValue(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One of the additional details."""

    key: str
    value: str


class Event(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The audit itself, its properties in the order in which Graph writes them."""

    id: str
    category: str
    correlation_id: str
    result: str = "success"
    result_reason: str = ""
    activity_display_name: str
    activity_date_time: str
    logged_by_service: str
    operation_type: str
    initiated_by: Initiator
    target_resources: tuple[Target, ...]
    additional_details: tuple[KeyValue, ...] = ()

    def json(self) -> bytes:
        """Return it as Graph writes it."""
        return msgspec.json.encode(self)
