"""Which key does what on a person's pages, where they want it other than we do."""

import re
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods

from chatapp.accounts.models import User
from conversations.models.database import in_database
from conversations.views.api import Refused, body_of, for_people

# What a key can do; static/chat/models/shortcuts.js has the table of the keys and their words.
IDS = frozenset(
    {
        "allow",
        "answer-settings",
        "copy-answer",
        "copy-code",
        "delete",
        "deny",
        "dictate",
        "map",
        "model",
        "new-chat",
        "next",
        "previous",
        "search",
        "settings",
        "shortcuts",
        "sidebar",
        "temporary",
        "write",
    }
)
KEY = re.compile(r"(mod\+)?(alt\+)?(shift\+)?[A-Z][A-Za-z0-9]{0,19}")
INVALID = Refused(400, "invalid_shortcuts", "These are no keys that can be kept.")


@require_http_methods(["PUT"])
@for_people
async def shortcuts(request: HttpRequest, user: User) -> HttpResponseBase:
    """Keep all that is other than usual: `keys` by what they do, null for none; `off` for all."""
    user.shortcuts = chosen(body_of(request))
    await in_database(user.save, update_fields=["shortcuts"])
    return JsonResponse(user.shortcuts)


def chosen(body: dict[str, Any]) -> dict[str, Any]:
    """The choice, if it is one that the page makes; raises Refused else."""
    match body:
        case {"off": bool(off), "keys": dict(keys), **rest} if not rest and keys.keys() <= IDS:
            given = [key for key in keys.values() if key is not None]
            if not all(isinstance(key, str) and KEY.fullmatch(key) for key in given):
                raise INVALID
            if len(set(given)) < len(given):
                raise INVALID
            return {"off": off, "keys": keys}
        case _:
            raise INVALID
