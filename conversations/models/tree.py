"""The tree of a conversation: its outline, and the path through it that is shown."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from conversations.models.conversation import Conversation
from conversations.models.response import Response

# From a response up to the root: each whose parent shows another one, and the root.
UNSELECTED = """
WITH RECURSIVE path (id, parent) AS (
    SELECT id, previous_response_id FROM conversations_response WHERE id = %s
    UNION ALL
    SELECT response.id, response.previous_response_id
    FROM conversations_response AS response JOIN path ON response.id = path.parent
)
SELECT path.parent, path.id
FROM path LEFT JOIN conversations_response AS above ON above.id = path.parent
WHERE above.id IS NULL OR above.selected_child_id IS NULL OR above.selected_child_id <> path.id
"""


class Node(NamedTuple):
    """A response without its items."""

    id: str
    previous_response_id: str | None
    retry_of: str | None
    selected_child_id: str | None
    status: str
    created_at: float
    shown_at: float | None = None


def outline(conversation: Conversation) -> list[Node]:
    """Every node of the tree, oldest first, in one query that reads no items.

    For what is about all of the tree: a conversation is opened by its `window`.
    """
    return nodes_of(Response.objects.filter(conversation=conversation))


def nodes_of(responses: QuerySet[Response]) -> list[Node]:
    """Their nodes, oldest first, in one query that reads no items."""
    rows = responses.order_by("id").values_list(
        "id",
        "previous_response_id",
        "retry_of_id",
        "selected_child_id",
        "status",
        "created_at",
        "shown_at",
    )
    return [_node(row) for row in rows]


def shown_path(
    nodes: Sequence[Node], selected_root: str | None, through: str | None = None
) -> list[str]:
    """The ids of the path that is shown, root first; `through` names a node that it must pass."""
    by_id = {node.id: node for node in nodes}
    children = _children(nodes)
    start = _ancestors(by_id, through) if through in by_id else []
    path = start or _pick(children.get(None, []), selected_root)
    while path:
        last = by_id[path[-1]]
        below = _pick(children.get(last.id, []), last.selected_child_id)
        if not below:
            break
        path += below
    return path


def select(conversation: Conversation, response_id: str) -> None:
    """Remember that the branch through this response is the one to show."""
    with connection.cursor() as cursor:
        cursor.execute(UNSELECTED, [response_id])
        unselected = cursor.fetchall()
    chosen = [
        child
        for parent, child in unselected
        if parent is not None or conversation.selected_root_id != child
    ]
    for parent, child in unselected:
        if parent is not None:
            Response.objects.filter(pk=parent).update(selected_child=child)
        elif child in chosen:
            conversation.selected_root_id = child
            conversation.save(update_fields=["selected_root"])
    # So that of each question's answers the one is shown that was shown last.
    Response.objects.filter(pk__in=chosen).update(shown_at=timezone.now())


def _node(row: tuple[Any, ...]) -> Node:
    *place, created, shown = row
    return Node._make([*place, created.timestamp(), shown and shown.timestamp()])


def _children(nodes: Iterable[Node]) -> Mapping[str | None, list[str]]:
    children: dict[str | None, list[str]] = {}
    for node in nodes:
        children.setdefault(node.previous_response_id, []).append(node.id)
    return children


def _ancestors(by_id: Mapping[str, Node], node_id: str | None) -> list[str]:
    path: list[str] = []
    while node_id is not None:
        path.append(node_id)
        node_id = by_id[node_id].previous_response_id
    return path[::-1]


def _pick(siblings: Sequence[str], selected: str | None) -> list[str]:
    """The selected one of these, else the newest; none of none."""
    if selected is not None and selected in siblings:
        return [selected]
    return list(siblings[-1:])
