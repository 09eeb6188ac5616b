"""What a person says of a branch: a name, and whether it is pinned.

A branch is a response and all below it; most have nothing said of them, and no row.
"""

from typing import Any

from django.db import models
from django.db.models.expressions import RawSQL

from conversations.models.conversation import Conversation
from conversations.models.response import Response, ResponseQuerySet

NAME_LENGTH = 80
BELOW = """
WITH RECURSIVE below (id) AS (
    SELECT id FROM conversations_response WHERE id = %s
    UNION ALL
    SELECT response.id
    FROM conversations_response AS response JOIN below ON response.previous_response_id = below.id
)
SELECT id FROM below
"""


class Branch(models.Model):
    """The name and the pin of a branch."""

    response = models.OneToOneField(
        Response, models.CASCADE, primary_key=True, related_name="branch"
    )
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="branches")
    name = models.CharField(max_length=NAME_LENGTH, blank=True)
    pinned = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "branches"

    def __str__(self) -> str:
        return self.name or self.response_id


def marked(conversation: Conversation) -> list[dict[str, Any]]:
    """The branches of a conversation that have a name or a pin, oldest first."""
    rows = Branch.objects.filter(conversation=conversation).order_by("pk")
    return [{"id": row.pk, "name": row.name, "pinned": row.pinned} for row in rows]


def mark(response: Response, *, name: str | None = None, pinned: bool | None = None) -> None:
    """Name a branch, or pin it; what is None stays. Without either it has nothing said of it."""
    branch, _ = Branch.objects.get_or_create(
        response=response, defaults={"conversation_id": response.conversation_id}
    )
    if name is not None:
        branch.name = " ".join(name.split())
    if pinned is not None:
        branch.pinned = pinned
    if branch.name or branch.pinned:
        branch.save()
    else:
        branch.delete()


def extent(response: Response) -> dict[str, Any]:
    """How many messages a branch has, in how many ends it runs out, and whether it is all of the
    conversation.
    """
    branch = of_branch(response.pk)
    ends = branch.filter(next_responses=None)
    roots = Response.objects.filter(conversation=response.conversation_id, previous_response=None)
    is_whole = not roots.exclude(pk=response.pk).exists() and response.previous_response_id is None
    return {"messages": branch.count(), "ends": ends.count(), "whole": is_whole}


def of_branch(response_id: str) -> ResponseQuerySet:
    """All responses of a branch."""
    return Response.objects.filter(pk__in=RawSQL(BELOW, [response_id]))  # noqa: S611 (our own words)
