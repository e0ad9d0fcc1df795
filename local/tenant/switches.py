"""How the tenant behaves where Graph varies or no source settles it; the defaults are the unkinder reading."""

from typing import Any, Literal

import msgspec

from local.tenant.default_method import Blocking


class Limit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A token bucket: so many requests per so many seconds, for each app."""

    requests: int
    seconds: float


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Throttling per family of paths, and of what changes the directory (Graph documentation, throttling limits).

    Documented are those of mail, of reports and of writes; that of reads of the directory counts in resource units.
    """

    authentication: Limit | None = None
    directory: Limit | None = None
    writes: Limit | None = Limit(requests=3_000, seconds=150)
    mail: Limit | None = Limit(requests=10_000, seconds=600)
    reports: Limit | None = Limit(requests=5, seconds=10)


class Switches(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """Everything that can be turned at run time.

    latency: seconds each Graph call takes (a batch counts once).
    propagation_delay: seconds for which a deleted method is still listed and still blocks the default's deletion.
    default_blocked_by: what keeps a default method from being deleted, see `default_method.blocks`.
    default_wording: the refusal's message as seen in 2022 or in 2021.
    external_delete: where an external method is deleted: `{id}/$ref`, as documented, `{id}`, as in the SDKs, or both.
    page_size: entries per page of a directory list; methods_page_size: of a methods list (None: all on one page).
    cast_needs_advanced_query: whether an OData cast demands ConsistencyLevel and $count.
    revoke_needs_role_for_admins: whether an app needs a directory role to revoke an administrator's sessions.
    mask_phone_numbers: whether an app sees masked numbers only (off: full numbers are the greater risk to a reader).
    temporary_access_pass_allowed: whether policy lets a pass be created.
    temporary_access_pass_minutes: the shortest and the longest lifetime that policy allows, by default Entra's own.
    temporary_access_pass_default: the lifetime of a pass for which none is asked, in minutes.
    temporary_access_pass_once: whether policy demands that a pass is for one sign-in only.
    temporary_access_pass_deletion_revokes: whether deleting a pass that is still usable ends the person's sessions.
    duplicate_role_assignment: the status of the refusal of a role that is held already, which no source settles.
    pim: whether the tenant has the licence for Privileged Identity Management.
    audit_delay: the shortest and the longest time in seconds until an event is seen; between them it is as published.
    audit_retention_days: how long events are kept: 30 with a premium licence, 7 without.
    audit_page_size: events per page of the log where no $top asks for fewer.
    audit_paging: whether a page's token says after which event the next one begins, or how many events to skip: then
        events that become visible meanwhile make others appear twice.
    audit_unconfirmed_filters: whether $filter takes what clients send although the documentation does not offer it.
    audit_twins_by: in whose name Core Directory changes a person's methods: Microsoft's own service, as recorded when
        one signs in, or the caller.
    audit_core_app_ids: whether Core Directory names applications by their app id; in recorded events it is null.
    audit_refused_deletions: whether a deletion which the methods' service refuses leaves an event; it is not settled.
    portal_reset_events: whether the portal's button leaves one event for all methods or one for each; nor is this.
    token_lifetime: seconds; the platform's own is 24 hours. sign_in_lifetime: the same of a token for a person.
    """

    latency: float = 0.0
    propagation_delay: float = 0.0
    default_blocked_by: Blocking = "any"
    default_wording: Literal["2022", "2021"] = "2022"
    external_delete: Literal["ref", "plain", "both"] = "ref"
    page_size: int = 100
    methods_page_size: int | None = None
    cast_needs_advanced_query: bool = True
    revoke_needs_role_for_admins: bool = True
    mask_phone_numbers: bool = False
    temporary_access_pass_allowed: bool = True
    temporary_access_pass_minutes: tuple[int, int] = (60, 480)
    temporary_access_pass_default: int = 60
    temporary_access_pass_once: bool = False
    temporary_access_pass_deletion_revokes: bool = True
    duplicate_role_assignment: Literal[400, 409] = 400
    pim: bool = True
    audit_delay: tuple[float, float] = (15.0, 900.0)
    audit_retention_days: float = 30
    audit_page_size: int = 1000
    audit_paging: Literal["byPlace", "byCount"] = "byPlace"
    audit_unconfirmed_filters: bool = False
    audit_twins_by: Literal["service", "caller"] = "service"
    audit_core_app_ids: bool = False
    audit_refused_deletions: bool = True
    portal_reset_events: Literal["one", "each"] = "one"
    token_lifetime: int = 86_400
    sign_in_lifetime: int = 3600
    limits: Limits = Limits()

    def patched(self, changes: dict[str, Any]) -> "Switches":
        """Return these switches with some turned. Raises msgspec.ValidationError for an unknown name or type."""
        return msgspec.convert({**msgspec.to_builtins(self), **changes}, Switches)
