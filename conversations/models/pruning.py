"""Taking a branch out of a tree for good."""

from django.db import transaction

from conversations.models.attachment import remove_unused, used_in
from conversations.models.branch import of_branch
from conversations.models.conversation import Conversation
from conversations.models.response import Response


class WholeConversation(Exception):
    """The branch is all there is of its conversation."""


def remove_branch(conversation: Conversation, response_id: str) -> list[Response]:
    """Delete a response and all below it, and give back what of it had no end yet.

    Response.DoesNotExist when it is not there; WholeConversation when nothing would be left.
    """
    files = used_in(of_branch(response_id))
    unfinished = _remove(conversation, response_id)
    remove_unused(files)
    return unfinished


@transaction.atomic
def _remove(conversation: Conversation, response_id: str) -> list[Response]:
    # Who stores a message locks it, too: none is hung below what is about to go.
    list(Conversation.objects.lock_of(response_id))
    response = Response.objects.get(pk=response_id, conversation=conversation)
    branch = of_branch(response_id)
    if not conversation.responses.exclude(pk__in=branch.values("pk")).exists():
        raise WholeConversation
    unfinished = list(branch.running().select_related("provider"))
    hand_question_on(response)
    branch.only("pk").delete()
    conversation.changed()
    return unfinished


def hand_question_on(response: Response) -> None:
    """It is about to go: its retries are still answers to one question, of which the oldest is the
    first now.
    """
    retries = Response.objects.filter(retry_of=response).order_by("pk")
    if first := retries.first():
        Response.objects.filter(pk=first.pk).update(retry_of=None)
        retries.update(retry_of=first)
