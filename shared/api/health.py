"""How the desk is, as it tells over HTTP."""

from typing import Annotated, Literal, Self

import msgspec
from msgspec import Meta

from shared.lookups.held_permissions import Grants
from shared.permissions import Identity, When


class PermissionLacking(msgspec.Struct, frozen=True):
    """An application permission of Microsoft Graph that one of the desk's identities has not been granted."""

    permission: str
    identity: Identity
    without: Annotated[str, Meta(description="What comes of it.")]


class Health(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """How the desk is: its settings can be read, and it can be asked something."""

    status: Annotated[
        Literal["ok", "degraded"],
        Meta(
            description="degraded: a permission is missing without which the desk does not do all that it is set up "
            "to do, or Microsoft Graph does not answer. What only a preview would show makes nothing worse."
        ),
    ]
    missing_permissions: tuple[PermissionLacking, ...]
    unread: Annotated[
        str, Meta(description="What could not be told of the permissions, and why; absent where all could.")
    ] = ""

    @classmethod
    def of(cls, grants: Grants) -> Self:
        """Return how the desk is with these grants."""
        worse = grants.graph_away or any(each.when is not When.SHOW_PER_USER_MFA for each in grants.missing)
        return cls(
            status="degraded" if worse else "ok",
            missing_permissions=tuple(
                PermissionLacking(each.name, each.identity, each.without) for each in grants.missing
            ),
            unread=" ".join(grants.unread),
        )
