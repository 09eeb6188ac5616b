"""Finding again: a person's conversations by the words of their titles, questions and answers."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conversations.models.listing import BadCursor
from conversations.models.response import Response
from conversations.models.search_filters import Filters
from conversations.models.search_listing import narrowed, nothing_has
from conversations.models.search_titles import titled
from conversations.models.search_words import QUERY_LENGTH, Phrases, entries
from conversations.models.words import phrases, places

if TYPE_CHECKING:
    from chatapp.accounts.models import User

PAGE = 20
EXCERPT = 160
BEFORE = 50
LAST = 2**63 - 1
EVERYTHING = Filters()
SPACE = re.compile(r"\s")
CURSOR = re.compile("[0-9]{1,18}")


def search(
    user: "User",
    query: str,
    before: int | str | None = None,
    filters: Filters = EVERYTHING,
    excerpt: int = EXCERPT,
) -> dict[str, Any]:
    """A page of what the words of `query` find of a person's own, and the cursor of the next page.

    All of the words must be in one question and its answer, or in a title; each may be the
    beginning of a longer one. Titles come first, then messages, the newest first. `before` is the
    cursor of the page before; BadCursor when it is none of ours. A message must pass the filters,
    a title's conversation have one that does; without any words they find the conversations that
    pass. Of each message as many characters are told as `excerpt` says.
    """
    query = query[:QUERY_LENGTH]
    if filters and not query.strip():
        return narrowed(user, filters, None if before is None else str(before))
    start = LAST if before is None else _entry(before)
    wanted = phrases(query)
    if not wanted or nothing_has(user, filters):
        return {"conversations": [], "messages": [], "next": None}
    found, rows = _found(user, wanted, start, filters)
    shown = found[:PAGE]
    return {
        "conversations": [] if before else titled(user, query, filters, PAGE),
        "messages": [message_found(rows[id_], query, excerpt) for _, id_ in shown if id_ in rows],
        "next": shown[-1][0] if len(found) > PAGE else None,
    }


def _entry(cursor: int | str) -> int:
    if not CURSOR.fullmatch(str(cursor)):
        raise BadCursor
    return int(cursor)


def _found(
    user: "User", wanted: Phrases, start: int, filters: Filters
) -> tuple[Sequence[tuple[int, str]], dict[str, Response]]:
    """A page of entries and one more, and their responses. What was deleted is in the index until
    it is gone, for it can be taken back: it is left out where it would be among them.
    """
    found = entries(user, wanted, start, filters, PAGE + 1)
    rows = _present([id_ for _, id_ in found])
    if len(rows) < len(found) and not filters.present:
        return _found(user, wanted, start, replace(filters, present=True))
    return found, rows


def _present(ids: Sequence[str]) -> dict[str, Response]:
    present = Response.objects.filter(conversation__deleted_at=None)
    rows = present.select_related("conversation").only("text", "created_at", "conversation__title")
    return rows.in_bulk(ids)


def message_found(row: Response, query: str, most: int) -> dict[str, Any]:
    """A message as a search tells of it, with so many characters around the first of the words."""
    excerpt = _excerpt(row.text, query, most)
    return {
        "response_id": row.pk,
        "conversation_id": row.conversation_id,
        "title": row.conversation.title,
        "created_at": row.created_at.isoformat(),
        "excerpt": excerpt,
        "marks": list(places(excerpt, query)),
    }


def _excerpt(text: str, query: str, most: int) -> str:
    """A piece of a text around the first of the words, on one line."""
    first, _ = next(places(text, query), (0, 0))
    start = 0 if first <= BEFORE else text.find(" ", first - BEFORE, first) + 1 or first - BEFORE
    lead, tail = "…" if start else "", "…" if start + most < len(text) else ""
    return f"{lead}{SPACE.sub(' ', text[start : start + most])}{tail}"
