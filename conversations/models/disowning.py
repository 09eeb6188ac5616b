"""A response that a script deletes: it goes for good, unless others follow it, which need it, or
it was asked for in a conversation, which has what was said.
"""

from django.db import transaction

from conversations.models.conversation import Conversation
from conversations.models.response import Response


@transaction.atomic
def disown(response: Response) -> str | None:
    """Have no script find it any more. Returns the oldest of the responses up from it that nobody
    needs now, to be deleted with all below it, or None where it stays.
    """
    list(Conversation.objects.lock_of(response.pk))
    Response.objects.filter(pk=response.pk).update(disowned=True)
    if is_said_in_one(response) or response.next_responses.exists():
        return None
    unneeded = response.pk
    for row in reversed(Response.objects.path_to(response.pk)[:-1]):
        if not row.disowned or is_said_in_one(row):
            break
        if row.next_responses.exclude(pk=unneeded).exists():
            break
        unneeded = row.pk
    return unneeded


def is_said_in_one(response: Response) -> bool:
    """Whether a script asked for it in a conversation that it named, or told without asking."""
    return not response.model_name or bool((response.asked or {}).get("conversation"))
