"""Finding again: a person's conversations by the words of their titles, questions and answers."""

import json
import re
from collections.abc import Callable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from conversations.models.conversation import Conversation
from conversations.models.listing import BadCursor
from conversations.models.response import Response
from conversations.models.search_few import FEW_POSTGRESQL, FEW_SQLITE, Few, few_passing
from conversations.models.search_filters import Filters
from conversations.models.search_listing import narrowed
from conversations.models.words import phrases, places, runs

if TYPE_CHECKING:
    from chatapp.accounts.models import User

PAGE = 20
QUERY_LENGTH = 200
EXCERPT = 160
BEFORE = 50
LAST = 2**63 - 1
EVERYTHING = Filters()
SPACE = re.compile(r"\s")
CURSOR = re.compile("[0-9]{1,18}")

# Newest first: the order of the entries is that of the questions.
SQLITE = """
    SELECT entry.id, entry.response_id
    FROM conversations_searchindex
    JOIN conversations_searchentry entry ON entry.id = conversations_searchindex.rowid
    WHERE conversations_searchindex MATCH %s AND conversations_searchindex.rowid < %s
    ORDER BY conversations_searchindex.rowid DESC LIMIT %s
"""
POSTGRESQL = """
    SELECT id, response_id FROM conversations_searchentry
    WHERE vector @@ (%s::tsquery && to_tsquery('simple', %s)) AND id < %s
    ORDER BY id DESC LIMIT %s
"""

# The same, of what passes the filters.
ROWS = """
    JOIN conversations_response response ON response.id = entry.response_id
    JOIN conversations_conversation conversation ON conversation.id = response.conversation_id
"""
FILTERED_SQLITE = """
    SELECT entry.id, entry.response_id
    FROM conversations_searchindex
    JOIN conversations_searchentry entry ON entry.id = conversations_searchindex.rowid {rows}
    WHERE conversations_searchindex MATCH %s AND conversations_searchindex.rowid < %s
    AND {conditions} ORDER BY conversations_searchindex.rowid DESC LIMIT %s
"""
FILTERED_POSTGRESQL = """
    SELECT entry.id, entry.response_id FROM conversations_searchentry entry {rows}
    WHERE entry.vector @@ (%s::tsquery && to_tsquery('simple', %s)) AND entry.id < %s
    AND {conditions} ORDER BY entry.id DESC LIMIT %s
"""
# Of a title's conversation: one message in it passes them.
PASSES = """EXISTS (
    SELECT 1 FROM conversations_response response
    JOIN conversations_conversation conversation ON conversation.id = response.conversation_id
    WHERE conversation.id = conversations_conversation.id AND {conditions}
)"""

# For those who review: of anybody's.
SQLITE_OF_ALL = """
    SELECT response.conversation_id
    FROM conversations_searchindex
    JOIN conversations_searchentry entry ON entry.id = conversations_searchindex.rowid
    JOIN conversations_response response ON response.id = entry.response_id
    WHERE conversations_searchindex MATCH %s
"""
POSTGRESQL_OF_ALL = """
    SELECT response.conversation_id
    FROM conversations_searchentry entry
    JOIN conversations_response response ON response.id = entry.response_id
    WHERE entry.vector @@ to_tsquery('simple', %s)
"""


def conversations_with(query: str) -> RawSQL | None:
    """The ids of everybody's conversations in one message of which all of the words stand.

    None where there is no word. What is temporary is in no index.
    """
    wanted = phrases(query[:QUERY_LENGTH])
    if not wanted:
        return None
    if connection.vendor == "sqlite":
        return RawSQL(SQLITE_OF_ALL, [f"words : ({_fts(wanted)})"])  # noqa: S611 -- a parameter
    return RawSQL(POSTGRESQL_OF_ALL, [_tsquery(wanted)])  # noqa: S611


def search(
    user: "User", query: str, before: int | str | None = None, filters: Filters = EVERYTHING
) -> dict[str, Any]:
    """A page of what the words of `query` find of a person's own, and the cursor of the next page.

    All of the words must be in one question and its answer, or in a title; each may be the
    beginning of a longer one. Titles come first, then messages, the newest first. `before` is the
    cursor of the page before; BadCursor when it is none of ours. A message must pass the filters,
    a title's conversation have one that does; without any words they find the conversations that
    pass.
    """
    query = query[:QUERY_LENGTH]
    if filters and not query.strip():
        return narrowed(user, filters, None if before is None else str(before))
    wanted = phrases(query)
    if not wanted:
        return {"conversations": [], "messages": [], "next": None}
    few = few_passing(user, filters)

    def below(entry: int) -> Sequence[tuple[int, str]]:
        if few is None:
            return _entries(user, wanted, entry, filters)
        return _entries_of(user, wanted, entry, few)

    found = _first_present(below, LAST if before is None else _entry(before))
    shown = found[:PAGE]
    return {
        "conversations": _titled(user, query, filters, few) if not before else [],
        "messages": [_message(row, query) for _, row in shown],
        "next": shown[-1][0] if len(found) > PAGE else None,
    }


def _first_present(
    below: Callable[[int], Sequence[tuple[int, str]]], start: int
) -> list[tuple[int, Response]]:
    """A page of entries and one more, each with its response. What was deleted is in the index
    until it is gone, for it can be taken back: then it is gone on behind it.
    """
    found: list[tuple[int, Response]] = []
    while len(found) <= PAGE:
        entries = below(start)
        rows = _present([response_id for _, response_id in entries])
        found += [(entry, rows[id_]) for entry, id_ in entries if id_ in rows]
        if len(entries) <= PAGE:
            break
        start = entries[-1][0]
    return found


def _entry(cursor: int | str) -> int:
    if not CURSOR.fullmatch(str(cursor)):
        raise BadCursor
    return int(cursor)


def _entries(
    user: "User", wanted: Sequence[Sequence[str]], before: int, filters: Filters
) -> Sequence[tuple[int, str]]:
    """The entries that have all of the words: (id, response's id)."""
    sqlite, postgresql = SQLITE, POSTGRESQL
    conditions, parameters = filters.conditions()
    if conditions:
        sqlite = FILTERED_SQLITE.format(rows=ROWS, conditions=conditions)
        postgresql = FILTERED_POSTGRESQL.format(rows=ROWS, conditions=conditions)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            match = f'owner_id : "{user.pk}" AND words : ({_fts(wanted)})'
            cursor.execute(sqlite, [match, before, *parameters, PAGE + 1])
        else:
            match = f"'/{user.pk}'"
            cursor.execute(postgresql, [match, _tsquery(wanted), before, *parameters, PAGE + 1])
        found: Sequence[tuple[int, str]] = cursor.fetchall()
        return found


def _entries_of(
    user: "User", wanted: Sequence[Sequence[str]], before: int, few: Few
) -> Sequence[tuple[int, str]]:
    """Those of a few entries that have all of the words."""
    ids = [entry for entry in few.entries if entry < before]
    if not ids:
        return []
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            match = f'owner_id : "{user.pk}" AND words : ({_fts(wanted)})'
            end, begin, each = max(ids) + 1, min(ids), json.dumps(ids)
            cursor.execute(FEW_SQLITE, [match, end, begin, each, PAGE + 1])
        else:
            match = f"'/{user.pk}'"
            cursor.execute(FEW_POSTGRESQL, [ids, before, match, _tsquery(wanted), PAGE + 1])
        found: Sequence[tuple[int, str]] = cursor.fetchall()
        return found


def _fts(wanted: Sequence[Sequence[str]]) -> str:
    """All of the phrases, in the words of FTS5."""
    return " AND ".join(f'"{" ".join(phrase)}" *' for phrase in wanted)


def _tsquery(wanted: Sequence[Sequence[str]]) -> str:
    """All of the phrases, in those of PostgreSQL."""
    return " & ".join(f"({' <-> '.join(phrase)}:*)" for phrase in wanted)


def _titled(user: "User", query: str, filters: Filters, few: Few | None) -> list[dict[str, Any]]:
    """The conversations in whose title all of the words stand."""
    if few is not None and not few.conversations:
        return []
    own = Conversation.objects.visible_to(user).listed().order_by("-updated_at")
    if filters and few is None:
        conditions, parameters = filters.conditions()
        passes = PASSES.format(conditions=conditions)
        own = own.filter(RawSQL(passes, parameters, BooleanField()))  # noqa: S611 -- our own SQL
    titles = own.values_list("id", "title").iterator()
    words = [run.word for run in runs(query)]
    found = (
        {"id": id_, "title": title, "marks": list(places(title, query))}
        for id_, title in titles
        if few is None or id_ in few.conversations
        if all(next(places(title, word), None) for word in words)
    )
    return list(islice(found, PAGE))


def _present(ids: Sequence[str]) -> dict[str, Response]:
    present = Response.objects.filter(conversation__deleted_at=None)
    rows = present.select_related("conversation").only("text", "created_at", "conversation__title")
    return rows.in_bulk(ids)


def _message(row: Response, query: str) -> dict[str, Any]:
    excerpt = _excerpt(row.text, query)
    return {
        "response_id": row.pk,
        "conversation_id": row.conversation_id,
        "title": row.conversation.title,
        "created_at": row.created_at.isoformat(),
        "excerpt": excerpt,
        "marks": list(places(excerpt, query)),
    }


def _excerpt(text: str, query: str) -> str:
    """A piece of a text around the first of the words, on one line."""
    first, _ = next(places(text, query), (0, 0))
    start = 0 if first <= BEFORE else text.find(" ", first - BEFORE, first) + 1 or first - BEFORE
    lead, tail = "…" if start else "", "…" if start + EXCERPT < len(text) else ""
    return f"{lead}{SPACE.sub(' ', text[start : start + EXCERPT])}{tail}"
