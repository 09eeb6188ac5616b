"""Which key does what on a person's pages, where they want it other than we do."""

import re
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods

from chatapp.accounts.models import User
from conversations.models.database import in_database
from conversations.views.api import Refused, body_of, for_people
from conversations.views.reserved_keys import is_reserved

# What a key can do, and the usual one; static/chat/models/shortcuts.js has the same table.
USUAL = {
    "allow": "mod+alt+Enter",
    "answer-settings": "mod+shift+KeyE",
    "copy-answer": "mod+shift+KeyC",
    "copy-code": "mod+shift+Semicolon",
    "delete": "mod+shift+Backspace",
    "deny": "mod+alt+Backspace",
    "dictate": "mod+shift+KeyL",
    "map": "mod+shift+KeyY",
    "model": "mod+shift+KeyM",
    "new-chat": "mod+shift+KeyO",
    "next": "alt+ArrowDown",
    "previous": "alt+ArrowUp",
    "search": "mod+KeyK",
    "settings": "mod+Period",
    "shortcuts": "mod+Slash",
    "sidebar": "mod+shift+KeyS",
    "temporary": "mod+shift+Quote",
    "write": "shift+Escape",
}
KEY = re.compile(r"(mod\+)?(alt\+)?(shift\+)?[A-Z][A-Za-z0-9]{0,19}")
INVALID = Refused(400, "invalid_shortcuts", "These are no keys that can be kept.")


RESERVED = Refused(400, "reserved_shortcut", "The browser or the system needs this key.")
TAKEN = Refused(400, "taken_shortcut", "This key is taken.")


@require_http_methods(["PUT"])
@for_people
async def shortcuts(request: HttpRequest, user: User) -> HttpResponseBase:
    """Keep all that is other than usual: `keys` by what they do, null for none; `off` for all."""
    user.shortcuts = chosen(body_of(request), user.shortcuts.get("keys", {}))
    await in_database(user.save, update_fields=["shortcuts"])
    return JsonResponse(user.shortcuts)


def chosen(body: dict[str, Any], before: dict[str, str | None]) -> dict[str, Any]:
    """The choice, if it is one that the page makes; raises Refused else.

    A key that was chosen `before` stays its person's, whatever it is needed for since.
    """
    match body:
        case {"off": bool(off), "keys": dict(keys), **rest} if (
            not rest and keys.keys() <= USUAL.keys()
        ):
            _check_names(keys)
            for does, key in keys.items():
                if key is not None and key != before.get(does):
                    _check(does, key, keys)
            return {"off": off, "keys": keys}
        case _:
            raise INVALID


def _check_names(keys: dict[str, Any]) -> None:
    given = [key for key in keys.values() if key is not None]
    if not all(isinstance(key, str) and KEY.fullmatch(key) for key in given):
        raise INVALID
    if len(set(given)) < len(given):
        raise INVALID


def _check(does: str, key: str, keys: dict[str, str | None]) -> None:
    if is_reserved(key):
        raise RESERVED
    if any(usual == key for other, usual in USUAL.items() if other != does and other not in keys):
        raise TAKEN
