"""Whom somebody named, as they wrote it: on the command line, or in a line of a file."""

import re
from typing import Final, Literal

import msgspec

_OBJECT_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_USER_PRINCIPAL_NAME: Final = re.compile(r"[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+")


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """A person or a group that is to be looked up."""

    kind: Literal["person", "group"] = "person"
    said: str
    """An object id, a user principal name, or the display name of a group."""
    also: str = ""
    """The user principal name that the same line has beside the object id: both must mean one person."""
    place: str = ""
    """Which file and line, for instance `people.csv, line 7`."""

    @property
    def is_object_id(self) -> bool:
        """Whether it is named by object id."""
        return is_object_id(self.said)

    @property
    def shown(self) -> str:
        """How a table calls it."""
        return f"{self.said} ({self.place})" if self.place else self.said

    @property
    def fault(self) -> str:
        """Why there is no need to ask Graph, or nothing."""
        if self.kind == "group" or self.is_object_id or _USER_PRINCIPAL_NAME.fullmatch(self.said):
            return ""
        if not self.said:
            return "The line names nobody; write an object id or a user principal name, or take the line out."
        return (
            f"'{self.said}' is neither an object id nor a user principal name; write one of them, such as "
            "adele.vance@contoso.com."
        )


def is_object_id(text: str) -> bool:
    """Return whether a text is written like an object id."""
    return _OBJECT_ID.fullmatch(text) is not None
