"""The part of a conversation that is open: some turns of the path shown, however long it is.

What is read and what is sent have the size of the window. To find the end of a path the database
walks down its index; that is all that grows with the conversation.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q

from conversations.models.conversation import Conversation
from conversations.models.response import Response
from conversations.models.tree import Node, nodes_of

TURNS = 30
AROUND = TURNS // 2
READ = 10  # responses at a time, where their items are listed
WEIGHT = 16_000  # characters of items that are sent before anybody scrolls

# From a response down: below each the one that was chosen, else the newest.
DOWN = """
WITH RECURSIVE path (id, depth) AS (
    SELECT CAST(({start}) AS varchar), 0
    UNION ALL
    SELECT COALESCE(
        (SELECT chosen.id FROM conversations_response AS chosen
         WHERE chosen.id = parent.selected_child_id AND chosen.previous_response_id = parent.id),
        (SELECT MAX(child.id) FROM conversations_response AS child
         WHERE child.previous_response_id = parent.id)
    ), path.depth + 1
    FROM path JOIN conversations_response AS parent ON parent.id = path.id
)
SELECT id, depth FROM path WHERE id IS NOT NULL {rest}
"""
FIRST = """
    SELECT COALESCE(
        (SELECT chosen.id FROM conversations_response AS chosen
         WHERE chosen.id = %s AND chosen.previous_response_id IS NULL),
        (SELECT MAX(root.id) FROM conversations_response AS root
         WHERE root.conversation_id = %s AND root.previous_response_id IS NULL)
    )"""
LAST = DOWN.format(start=FIRST, rest="ORDER BY depth DESC LIMIT %s")
AMONG = DOWN.format(start=FIRST, rest="AND id = %s")
OLDER = DOWN.format(start=FIRST, rest="AND id < %s ORDER BY depth DESC LIMIT 1")
NEXT = DOWN.format(
    start="%s",
    rest="""
    AND (depth <= %s OR depth = (SELECT MAX(depth) FROM path WHERE id IS NOT NULL))
    ORDER BY depth""",
)

# From a response up, so far.
UP = """
WITH RECURSIVE path (id, parent, depth) AS (
    SELECT id, previous_response_id, 0 FROM conversations_response
    WHERE id = %s AND conversation_id = %s
    UNION ALL
    SELECT response.id, response.previous_response_id, path.depth + 1
    FROM conversations_response AS response JOIN path ON response.id = path.parent
    WHERE path.depth < %s
)
SELECT id FROM path ORDER BY depth DESC
"""
ROOT = """
WITH RECURSIVE path (id, parent) AS (
    SELECT id, previous_response_id FROM conversations_response
    WHERE id = %s AND conversation_id = %s
    UNION ALL
    SELECT response.id, response.previous_response_id
    FROM conversations_response AS response JOIN path ON response.id = path.parent
)
SELECT id FROM path WHERE parent IS NULL
"""


class Window(NamedTuple):
    """Turns of the path shown by their ids, the first one first; `above` is the one before them."""

    ids: list[str]
    above: str | None
    has_later: bool = False
    end: str | None = None


def at_end(conversation: Conversation) -> Window:
    """The last turns of the path that is remembered."""
    rows = _rows(LAST, [conversation.selected_root_id, conversation.pk, TURNS + 1])
    ids = [id_ for id_, _ in reversed(rows)]
    above = ids.pop(0) if len(ids) > TURNS else None
    return Window(ids, above, end=ids[-1] if ids else None)


def end_of(conversation: Conversation) -> str | None:
    """The last of the path that is remembered; None where there is nothing yet."""
    rows = _rows(LAST, [conversation.selected_root_id, conversation.pk, 1])
    return rows[0][0] if rows else None


def is_shown(conversation: Conversation, response_id: str) -> bool:
    """Whether the path that is remembered passes this one."""
    return bool(_rows(AMONG, [conversation.selected_root_id, conversation.pk, response_id]))


def older_than(conversation: Conversation, response_id: str) -> str | None:
    """The last of the path that is remembered that is older than this one, wherever that is or was:
    ids sort by age, and what follows is younger.
    """
    rows = _rows(OLDER, [conversation.selected_root_id, conversation.pk, response_id])
    return rows[0][0] if rows else None


def around(conversation: Conversation, response_id: str) -> Window | None:
    """Turns before and after this one, which the path passes; None where it is not."""
    before = up_to(conversation, response_id, AROUND)
    if before is None:
        return None
    after = _after(response_id, AROUND)
    return Window([*before.ids, response_id, *after.ids], before.above, after.has_later, after.end)


def up_to(conversation: Conversation, response_id: str, turns: int = TURNS) -> Window | None:
    """The turns that lead to this one; None where it is not."""
    ids = [id_ for (id_,) in _rows(UP, [response_id, conversation.pk, turns + 1])]
    if not ids:
        return None
    above = ids.pop(0) if len(ids) > turns + 1 else None
    return Window(ids[:-1], above, has_later=True)


def after(conversation: Conversation, response_id: str) -> Window | None:
    """The turns that follow this one; None where it is not."""
    is_here = Response.objects.filter(pk=response_id, conversation=conversation).exists()
    return _after(response_id, TURNS) if is_here else None


def lighter(window: Window, through: Sequence[str], weights: Mapping[str, int]) -> Window:
    """As many turns as weigh WEIGHT together, one at least, near the first of `through` that is
    there, or to the end.
    """
    ids = window.ids
    at = next((ids.index(id_) for id_ in through if id_ in ids), len(ids) - 1)
    nearest = sorted(range(len(ids)), key=lambda index: abs(index - at))
    sums = accumulate(weights.get(ids[index], 0) for index in nearest)
    kept = sorted(nearest[: max(1, sum(weight <= WEIGHT for weight in sums))])
    if len(kept) == len(ids) or not kept:
        return window
    first, last = kept[0], kept[-1]
    above = ids[first - 1] if first else window.above
    has_later = window.has_later or last < len(ids) - 1
    return Window(ids[first : last + 1], above, has_later, window.end)


def first_of(conversation: Conversation, response_id: str) -> str | None:
    """Where the path to this response begins; None where it is not."""
    rows = _rows(ROOT, [response_id, conversation.pk])
    return rows[0][0] if rows else None


def upwards(conversation: Conversation, below: str | None = None) -> Iterator[Response]:
    """The responses of the path that is remembered, the last first; only those before `below`."""
    window = at_end(conversation) if below is None else up_to(conversation, below)
    while window is not None and window.ids:
        yield from _read(window.ids[::-1])
        window = up_to(conversation, window.ids[0]) if window.above else None


def downwards(conversation: Conversation, above: str | None = None) -> Iterator[Response]:
    """The responses of the path that is remembered, the first first; only those behind `above`."""
    if above is None:
        end = end_of(conversation)
        above = first_of(conversation, end) if end else None
        yield from _read([above] if above else [])
    window = after(conversation, above) if above else None
    while window is not None and window.ids:
        yield from _read(window.ids)
        window = after(conversation, window.ids[-1]) if window.has_later else None


def nodes_in(conversation: Conversation, window: Window) -> list[Node]:
    """What stands in the window and beside it, oldest first."""
    beside = Q(previous_response__in=[window.above, *window.ids])
    if window.above is None:
        beside |= Q(conversation=conversation, previous_response=None)
    return nodes_of(Response.objects.filter(beside))


def _after(response_id: str, turns: int) -> Window:
    rows = _rows(NEXT, [response_id, turns])
    (end, depth), ids = rows[-1], [id_ for id_, depth in rows if 0 < depth <= turns]
    return Window(ids, response_id, depth > turns, end)


def _read(ids: Sequence[str]) -> Iterator[Response]:
    """These, in their order, a few at a time: whoever wants a page may need no more."""
    for start in range(0, len(ids), READ):
        found = Response.objects.in_bulk(ids[start : start + READ])
        yield from (found[id_] for id_ in ids[start : start + READ] if id_ in found)


def _rows(query: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return list(cursor.fetchall())
