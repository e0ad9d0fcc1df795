"""An application permission that Graph demands of the desk's reset identity, and that it does not have."""

from typing import Final

from shared.graph import Answer, GraphUnavailable

DIRECTORY: Final = "Directory.Read.All"
"""People, groups, administrative units, and the desk's app roles with those who hold them."""
ROLES: Final = "RoleManagement.Read.Directory"
"""Directory roles: who holds them or is eligible for them, and what they allow."""
_FORBIDDEN: Final = 403


class MissingPermissionError(Exception):
    """Graph refused to tell, for want of a permission."""

    def __init__(self, permission: str) -> None:
        super().__init__(
            f"Graph does not tell this to the desk's reset identity: it takes the permission {permission}. "
            "Once granted it counts from the identity's next token on, which can take a day."
        )
        self.permission = permission


def told(answer: Answer, permission: str) -> Answer:
    """Return an answer that tells what was asked. Raises MissingPermissionError of a 403, else GraphUnavailable.

    permission: what the question takes, by the desk's own list of permissions.
    """
    if answer.ok:
        return answer
    if answer.status == _FORBIDDEN:
        raise MissingPermissionError(permission)
    error = answer.error
    raise GraphUnavailable(f"Graph answered {answer.status} {error.code} ({error.message})", answer.retry_after)
