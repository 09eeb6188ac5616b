"""What filters find without words: the conversations that pass, the last used first."""

import re
from typing import TYPE_CHECKING, Any

from django.db.models import Max, OuterRef, Q, Subquery

from conversations.models.conversation import Conversation, ConversationQuerySet
from conversations.models.listing import BadCursor, moment
from conversations.models.response import Response, ResponseQuerySet
from conversations.models.search_filters import Filters
from conversations.models.tag import listed, tags_column

if TYPE_CHECKING:
    from datetime import datetime

    from chatapp.accounts.models import User

PAGE = 20
ID = re.compile(r"\w{1,60}")


def narrowed(user: "User", filters: Filters, before: str | None) -> dict[str, Any]:
    """A page of them, and the cursor of the next page; BadCursor when `before` is none of ours.

    Of one that is narrowed by when, by the model or to files, one message passes all of these.
    """
    found = _passing(user, filters)
    if before is not None:
        found = _after(found, before)
    if filters.files:
        found = Conversation.objects.filter(pk__in=_with_files(user, filters, found))
    found = found.order_by("-updated_at", "-pk").select_related("folder")
    rows = list(found.annotate(tags_found=tags_column())[: PAGE + 1])
    shown = rows[:PAGE]
    return {
        "conversations": [_line(row) for row in shown],
        "messages": [],
        "next": _cursor(shown[-1]) if len(rows) > PAGE else None,
    }


def nothing_has(user: "User", filters: Filters) -> bool:
    """Whether no conversation has this folder, tag or key, or no message is of this model."""
    own = Conversation.objects.visible_to(user).listed()
    if filters.folder and not own.filter(folder=filters.folder).exists():
        return True
    if filters.tag and not own.filter(tags=filters.tag).exists():
        return True
    if filters.key and not own.filter(key_name=filters.key).exists():
        return True
    if filters.scripts == "only" and not own.filter(key_name__gt="").exists():
        return True
    return bool(filters.model) and not Response.objects.filter(model=filters.model).exists()


def _passing(user: "User", filters: Filters) -> ConversationQuerySet:
    found = Conversation.objects.visible_to(user).listed()
    if filters.folder:
        found = found.filter(folder=filters.folder)
    if filters.tag:
        found = found.filter(tags=filters.tag)
    if filters.besides:
        found = found.exclude(pk=filters.besides)
    if filters.archived:
        found = found.filter(archived_at__isnull=filters.archived == "no")
    if filters.scripts:
        found = found.begun_here() if filters.scripts == "no" else found.filter(key_name__gt="")
    if filters.key:
        found = found.filter(key_name=filters.key)
    if not filters.files and (filters.since or filters.until or filters.model):
        # Not `Exists`: PostgreSQL would make a join of it, and read all messages of everybody.
        one = _of_messages(filters).filter(conversation=OuterRef("pk")).values("pk")[:1]
        found = found.alias(one=Subquery(one)).filter(one__isnull=False)
    return found


def _with_files(user: "User", filters: Filters, found: ConversationQuerySet) -> list[str]:
    """The first of them, found by the person's files: few of their messages have any. In the copy
    of what was shared are those of others.

    Grouped, so that PostgreSQL finds all before it sorts them: it would walk down the conversations
    and look through all messages with files for each.
    """
    messages = _of_messages(filters).filter(attachments__owner=user)
    copies = Conversation.objects.filter(owner=user, copied_at__isnull=False)
    theirs = _of_messages(filters).filter(conversation__in=copies, attachments__isnull=False)
    with_files = Q(pk__in=messages.values("conversation")) | Q(pk__in=theirs.values("conversation"))
    each = found.filter(with_files).values("pk")
    first = each.annotate(used=Max("updated_at")).order_by("-used", "-pk")[: PAGE + 1]
    return [row["pk"] for row in first]


def _of_messages(filters: Filters) -> ResponseQuerySet:
    found = Response.objects.order_by()
    if filters.since:
        found = found.filter(created_at__gte=filters.since)
    if filters.until:
        found = found.filter(created_at__lt=filters.until)
    return found.filter(model=filters.model) if filters.model else found


def _after(found: ConversationQuerySet, cursor: str) -> ConversationQuerySet:
    used, _, last = cursor.partition(" ")
    at: datetime = moment(used)
    if not ID.fullmatch(last):
        raise BadCursor
    # Some were used at the very same time: those of an import.
    return found.filter(Q(updated_at__lt=at) | Q(pk__lt=last), updated_at__lte=at)


def _cursor(last: Conversation) -> str:
    return f"{last.updated_at.isoformat()} {last.pk}"


def _line(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "title": row.title,
        "marks": [],
        "updated_at": row.updated_at.isoformat(),
        "folder": row.folder.name if row.folder else None,
        "tags": [tag["name"] for tag in listed(row.tags_found)],
        "archived": row.archived_at is not None,
        "key_name": row.key_name,
    }
