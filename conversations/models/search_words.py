"""Which messages have all of the words, and pass the filters: what is asked of each database."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models.expressions import RawSQL

from conversations.models.search_filters import Filters
from conversations.models.words import phrases

if TYPE_CHECKING:
    from chatapp.accounts.models import User

QUERY_LENGTH = 200
NEWEST = 500  # are looked at one by one, before all are

Phrases = Sequence[Sequence[str]]

# Newest first: the order of the entries is that of the questions.
SQLITE = """
    SELECT entry.id, entry.response_id
    FROM conversations_searchindex
    JOIN conversations_searchentry entry ON entry.id = conversations_searchindex.rowid
    WHERE conversations_searchindex MATCH %(match)s
    AND conversations_searchindex.rowid < %(before)s
    ORDER BY conversations_searchindex.rowid DESC LIMIT %(most)s
"""
POSTGRESQL = """
    SELECT id, response_id FROM conversations_searchentry
    WHERE vector @@ (%(own)s::tsquery && to_tsquery('simple', %(words)s)) AND id < %(before)s
    ORDER BY id DESC LIMIT %(most)s
"""

# The newest with the words, and whether each passes the filters: a page is full of them, or there
# are no more, unless a frequent word meets filters that few pass, or none for long.
NEWEST_SQLITE = """
    SELECT entry.id, entry.response_id, {conditions}
    FROM (
        SELECT rowid AS id FROM conversations_searchindex
        WHERE conversations_searchindex MATCH %(match)s AND rowid < %(before)s
        ORDER BY rowid DESC LIMIT %(newest)s
    ) newest
    JOIN conversations_searchentry entry ON entry.id = newest.id
    LEFT JOIN conversations_searchfacet facet ON facet.id = newest.id
    ORDER BY newest.id DESC
"""
# Then all that pass are looked up first: no row is read of what has the words and does not.
ALL_SQLITE = """
    SELECT entry.id, entry.response_id
    FROM conversations_searchindex
    JOIN conversations_searchentry entry ON entry.id = conversations_searchindex.rowid
    WHERE conversations_searchindex MATCH %(match)s
    AND conversations_searchindex.rowid < %(before)s
    AND +conversations_searchindex.rowid IN (
        SELECT facet.id FROM conversations_searchfacet facet
        WHERE facet.owner_id = %(owner)s AND {conditions}
    )
    ORDER BY conversations_searchindex.rowid DESC LIMIT %(most)s
"""

# The other way round, because PostgreSQL's index of words is in no order: the newest that pass the
# filters, and whether each has the words; then, for a rarer word, all by the index.
NEWEST_POSTGRESQL = """
    SELECT newest.id, entry.response_id,
        entry.vector @@ (%(own)s::tsquery && to_tsquery('simple', %(words)s))
    FROM (
        SELECT facet.id FROM conversations_searchfacet facet
        WHERE facet.owner_id = %(owner)s AND facet.id < %(before)s AND {conditions}
        ORDER BY facet.id DESC LIMIT %(newest)s
    ) newest
    LEFT JOIN conversations_searchentry entry ON entry.id = newest.id
    ORDER BY newest.id DESC
"""
# With a fence (OFFSET 0), or it would go down the entries in the hope of a full page.
ALL_POSTGRESQL = """
    SELECT id, response_id FROM (
        SELECT entry.id, entry.response_id
        FROM conversations_searchfacet facet
        JOIN conversations_searchentry entry ON entry.id = facet.id
        WHERE facet.owner_id = %(owner)s AND facet.id < %(before)s AND {conditions}
        AND entry.vector @@ (%(own)s::tsquery && to_tsquery('simple', %(words)s))
        OFFSET 0
    ) passing
    ORDER BY id DESC LIMIT %(most)s
"""

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


def entries(
    user: "User", wanted: Phrases, before: int, filters: Filters, most: int
) -> Sequence[tuple[int, str]]:
    """The first of a person's entries with an id below `before` that have all of the phrases and
    pass the filters: (id, response's id), newest first.
    """
    parameters = {
        **_words(user, wanted),
        **filters.parameters(),
        "owner": user.pk,
        "before": before,
        "most": most,
        "newest": NEWEST,
    }
    if not filters:
        return _rows(SQLITE, POSTGRESQL, filters, parameters)
    newest = _rows(NEWEST_SQLITE, NEWEST_POSTGRESQL, filters, parameters)
    found = [(entry, response) for entry, response, is_found in newest if is_found]
    if len(found) >= most or len(newest) < NEWEST:
        return found[:most]
    return _rows(ALL_SQLITE, ALL_POSTGRESQL, filters, parameters)


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


def _rows(
    sqlite: str, postgresql: str, filters: Filters, parameters: Mapping[str, Any]
) -> Sequence[Any]:
    sql = sqlite if connection.vendor == "sqlite" else postgresql
    with connection.cursor() as cursor:
        cursor.execute(sql.format(conditions=filters.conditions()), parameters)
        found: Sequence[Any] = cursor.fetchall()
        return found


def _words(user: "User", wanted: Phrases) -> dict[str, str]:
    """The words of nobody but this person, as the index takes them."""
    if connection.vendor == "sqlite":
        return {"match": f'owner_id : "{user.pk}" AND words : ({_fts(wanted)})'}
    return {"own": f"'/{user.pk}'", "words": _tsquery(wanted)}


def _fts(wanted: Phrases) -> str:
    """All of the phrases, in the words of FTS5."""
    return " AND ".join(f'"{" ".join(phrase)}" *' for phrase in wanted)


def _tsquery(wanted: Phrases) -> str:
    """All of the phrases, in those of PostgreSQL."""
    return " & ".join(f"({' <-> '.join(phrase)}:*)" for phrase in wanted)
