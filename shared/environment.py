"""Single values out of an environment: a text that has to be there, a duration, a GUID, an address, a list, mail.

What will not do raises SettingsError: one sentence with the setting's name, what it is set to and what it takes.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final

from shared.object_id import is_object_id

_MAIL_ADDRESS: Final = re.compile(r"[^\s@,;:<>()\[\]\\\"]+@[\w-]+(?:\.[\w-]+)+")
_ADDRESS: Final = re.compile(r"https?://[^\s/?#@]+/*")
_DURATION: Final = re.compile(
    r"(?:(?P<days>[0-9]{1,4})\.)?(?P<hours>[01]?[0-9]|2[0-3]):(?P<minutes>[0-5][0-9]):(?P<seconds>[0-5][0-9])"
)
_QUEUE: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SHORTEST_QUEUE: Final = 3
LONGEST_QUEUE: Final = 63
"""Characters in the name of a queue (Azure Storage documentation, naming queues and metadata)."""
_QUOTED: Final = 80
_KEY: Final = re.compile(r"(?:key|sig|signature|secret|password)\s*=", re.IGNORECASE)


class SettingsError(Exception):
    """A setting is missing or cannot be read."""


class Environment:
    """The settings as the operator wrote them; one that is left empty is as good as none."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def text(self, name: str) -> str:
        """Return a setting, empty where it is not set."""
        return self._environ.get(name, "")

    def required(self, name: str) -> str:
        """Return a setting that has to be there."""
        value = self.text(name)
        if not value:
            raise SettingsError(f"Setting '{name}' is missing, and has no default.")
        return value

    def address(self, name: str, default: str) -> str:
        """Return an address without a path, and without a slash at its end."""
        text = self.text(name) or default
        if not _ADDRESS.fullmatch(text):
            raise SettingsError(
                f"Setting '{name}' is '{shown(text)}'; write an address without a path, like {default}."
            )
        return text.rstrip("/")

    def duration(self, name: str, default: str) -> timedelta:
        """Return a duration above zero."""
        text = self.text(name) or default
        found = _DURATION.fullmatch(text)
        if found is None:
            problem = f"write a duration as [days.]hh:mm:ss, like {default}."
            raise SettingsError(f"Setting '{name}' is '{shown(text)}'; {problem}")
        duration = timedelta(**{unit: int(value or 0) for unit, value in found.groupdict().items()})
        if not duration:
            raise SettingsError(f"Setting '{name}' is '{text}'; a duration above zero is needed, like {default}.")
        return duration

    def guid(self, name: str) -> str | None:
        """Return a GUID in lower case."""
        text = self.text(name)
        if text and not is_object_id(text):
            example = "6d1a3d0e-42b5-4c0c-8a62-6a5a9f2f7c41"
            raise SettingsError(f"Setting '{name}' is '{shown(text)}'; write a GUID, like {example}.")
        return text.lower() or None

    def queue(self, name: str, longest: int = LONGEST_QUEUE) -> str:
        """Return the name of a queue."""
        text = self.required(name)
        if not _SHORTEST_QUEUE <= len(text) <= longest or not _QUEUE.fullmatch(text):
            raise SettingsError(
                f"Setting '{name}' is '{shown(text)}'; Azure takes {_SHORTEST_QUEUE} to {longest} lower-case letters, "
                "digits and single hyphens between them."
            )
        return text

    def entries(self, name: str) -> list[str]:
        """Return the entries of a list, between which are spaces, commas or semicolons."""
        return [entry for entry in re.split(r"[\s,;]+", self.text(name)) if entry]

    def words(self, name: str, known: Iterable[str]) -> list[str]:
        """Return the entries of a list that takes these words alone, in any case; as they are known."""
        by_name = {word.lower(): word for word in known}
        for entry in self.entries(name):
            if entry.lower() not in by_name:
                takes = ", ".join(by_name.values())
                raise SettingsError(f"Setting '{name}' names '{shown(entry.lower())}'; it takes {takes}.")
        return [by_name[entry.lower()] for entry in self.entries(name)]

    def word(self, name: str, known: Iterable[str], default: str) -> str:
        """Return one of these words, written in any case."""
        text, words = self.text(name) or default, tuple(known)
        if text.lower() not in words:
            raise SettingsError(f"Setting '{name}' is '{shown(text)}'; it takes {', '.join(words)}.")
        return text.lower()


def shown(text: str) -> str:
    """Return what a sentence may quote of a value: its beginning, and nothing of what looks like a key.

    Somebody may have put a connection string where a name belongs, and the sentence goes to whoever calls.
    """
    if _KEY.search(text):
        return "…"
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED]}…"


def written(duration: timedelta) -> str:
    """Return a duration as it is written in a setting."""
    hours, rest = divmod(duration.seconds, 3600)
    time = f"{hours:02}:{rest // 60:02}:{rest % 60:02}"
    return f"{duration.days}.{time}" if duration.days else time


def is_mail_address(text: str) -> bool:
    """Return whether that can be a mail address."""
    return text.isprintable() and _MAIL_ADDRESS.fullmatch(text) is not None
