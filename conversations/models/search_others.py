"""What is found of a person's other conversations, for a model that looks there."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conversations.models.response import Response
from conversations.models.search import message_found, search
from conversations.models.words import phrases

if TYPE_CHECKING:
    from chatapp.accounts.models import User
    from conversations.models.search_filters import Filters

MOST = 10
MOST_TITLED = 3  # of them: the words of a title are often a question's, too
EXCERPT = 500


def found_elsewhere(
    user: "User", query: str, conversation_id: str, filters: "Filters"
) -> list[dict[str, Any]]:
    """Messages of the person's conversations but for this one, as `message_found` tells them.

    Those that begin the conversations in whose titles the words stand come first, then whatever
    `search` finds, the newest first. None without a word to look for.
    """
    if not phrases(query):
        return []
    page = search(user, query, filters=replace(filters, besides=conversation_id), excerpt=EXCERPT)
    titled = _beginnings([each["id"] for each in page["conversations"][:MOST_TITLED]])
    found = [*(message_found(row, query, EXCERPT) for row in titled), *page["messages"]]
    return list({each["response_id"]: each for each in found}.values())[:MOST]


def _beginnings(conversation_ids: list[str]) -> list[Response]:
    """The first message of each."""
    roots = Response.objects.filter(conversation__in=conversation_ids, previous_response=None)
    rows = roots.filter(retry_of=None).select_related("conversation").order_by("-pk")
    by_id = {row.conversation_id: row for row in rows.defer("input", "output", "settings")}
    return [by_id[id_] for id_ in conversation_ids if id_ in by_id]
