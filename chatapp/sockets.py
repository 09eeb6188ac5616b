"""Who is behind a socket: its session, looked at again for as long as the socket lives.

Channels' own middleware reads the session once and would trust it until the socket closes, and it
ends a session that an older SECRET_KEY signed. This one asks again, and never writes.
"""

import time
from collections.abc import Awaitable, Callable
from http.cookies import CookieError, SimpleCookie
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils.crypto import constant_time_compare

from chatapp.accounts.models import User
from conversations.models.database import in_database
from conversations.turns.notices import fingerprint

TRUSTED_FOR_SECONDS = 5.0

Application = Callable[[Any, Any, Any], Awaitable[None]]


class SocketAccess:
    """The person behind one session key."""

    def __init__(self, session_key: str | None) -> None:
        self._session_key = session_key
        self._user: User | None = None
        self._asked_at = 0.0

    @property
    def fingerprint(self) -> str:
        """See `notices.fingerprint`."""
        return fingerprint(self._session_key or "")

    async def user(self, *, fresh: bool = False) -> User | None:
        """The person if the session is still good; asked at most 5 s ago unless `fresh`."""
        now = time.monotonic()
        if fresh or now - self._asked_at > TRUSTED_FOR_SECONDS:
            self._user = await in_database(_user_of, self._session_key)
            self._asked_at = now
        return self._user


class SocketAccessMiddleware:
    """Puts the access of a socket's session cookie into its scope, as `access`."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        access = SocketAccess(_session_key(scope))
        await self._application({**scope, "access": access}, receive, send)


def _session_key(scope: dict[str, Any]) -> str | None:
    header = dict(scope["headers"]).get(b"cookie", b"").decode("latin-1")
    try:
        cookie = SimpleCookie(header).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return None
    return cookie.value if cookie else None


def _user_of(session_key: str | None) -> User | None:
    if not session_key:
        return None
    session = SessionStore(session_key).load()
    if session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    user = User.objects.filter(pk=session[SESSION_KEY], is_active=True).first()
    if user is None or not _signed_by(user, session.get(HASH_SESSION_KEY, "")):
        return None
    return user


def _signed_by(user: User, session_hash: str) -> bool:
    """Whether the session began with the present password, under any SECRET_KEY still known."""
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(session_hash, known) for known in hashes)
