"""What a list lacks because Graph did not tell it."""

from typing import Final

import msgspec

from shared.graph import Answer, GraphUnavailable

_FORBIDDEN: Final = 403
_SERVER_ERROR: Final = 500


class Unreadable(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Something that is missing from a list, why, and the application permission that would help."""

    what: str
    reason: str
    permission: str | None = None


class Missing:
    """Gathers what could not be read, each thing once."""

    def __init__(self) -> None:
        self._found: dict[str, Unreadable] = {}

    def add(self, what: str, reason: str, permission: str | None = None) -> None:
        """Keep something that is missing."""
        self._found.setdefault(what, Unreadable(what=what, reason=reason, permission=permission))

    def lacks(self, answer: Answer, what: str, permission: str) -> bool:
        """Return whether an answer does not tell what was asked, and keep that it does not.

        Raises GraphUnavailable where it may do so later.
        """
        if answer.ok:
            return False
        said = f"Graph answered {answer.status} {answer.error.code} ({answer.error.message})"
        if answer.status >= _SERVER_ERROR:
            raise GraphUnavailable(said, answer.retry_after)
        if answer.status == _FORBIDDEN:
            self.add(what, f"{said}; it takes the application permission {permission}.", permission)
        else:
            self.add(what, f"{said}.")
        return True

    def all(self) -> tuple[Unreadable, ...]:
        """Return what is missing, in the order in which it was found."""
        return tuple(self._found.values())
