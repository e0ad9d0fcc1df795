"""Who has signed in with the sign-in page: sessions in memory, gone with the host."""

import secrets
from collections.abc import Callable, Iterable

import msgspec

from local.host.client_principal import ClientPrincipal

LIFETIME_SECONDS = 8 * 3600.0
"""App Service Authentication's default (documentation of its configuration, cookieExpiration)."""


class Session(msgspec.Struct, frozen=True):
    """Somebody, as they were when they signed in; `ends` in seconds since the epoch."""

    principal: ClientPrincipal
    id_token: str
    ends: float


class Sessions:
    """Each under an id that nobody can guess; what its person becomes later does not show in it."""

    def __init__(self, now: Callable[[], float], *, lifetime: float = LIFETIME_SECONDS) -> None:
        self._now = now
        self._lifetime = lifetime
        self._sessions: dict[str, Session] = {}

    def begin(self, principal: ClientPrincipal, id_token: str) -> str:
        """Begin a session and return its id; those that are over are forgotten."""
        now = self._now()
        self._sessions = {key: session for key, session in self._sessions.items() if session.ends > now}
        session_id = secrets.token_urlsafe(32)
        self._sessions[session_id] = Session(principal, id_token, now + self._lifetime)
        return session_id

    def find(self, session_ids: Iterable[str]) -> Session | None:
        """Return the one session that goes on among these; two different ones are nobody's."""
        known = (self._sessions.get(session_id) for session_id in dict.fromkeys(session_ids))
        going_on = [session for session in known if session and session.ends > self._now()]
        return going_on[0] if len(going_on) == 1 else None

    def end(self, session_ids: Iterable[str]) -> None:
        """End these sessions, where there are such."""
        for session_id in session_ids:
            self._sessions.pop(session_id, None)
