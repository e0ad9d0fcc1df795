"""Object ids of the directory, as text."""

import re
from typing import Final

_OBJECT_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def is_object_id(text: str) -> bool:
    """Return whether it is written like an object id, or like the template id of a role."""
    return _OBJECT_ID.fullmatch(text) is not None
