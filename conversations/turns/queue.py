"""Messages that wait for the answer before them: edited or withdrawn until their turn comes."""

from typing import TYPE_CHECKING, Any

from django.db import transaction

from conversations.models import Conversation, Response
from conversations.models.attachment import link
from conversations.models.beside import asked_together
from conversations.models.search_entry import index
from conversations.turns.errors import RequestError
from conversations.turns.files import keep_files, with_own_files
from conversations.turns.folder_files import lift

if TYPE_CHECKING:
    from chatapp.accounts.models import User


@transaction.atomic
def edit(owner: "User", response_id: str, items: list[dict[str, Any]]) -> Conversation:
    """Replace what a waiting message says; RequestError when it waits no longer."""
    together = _waiting(owner, response_id)
    stored = with_own_files(owner, items)
    for row in together:
        row.input = stored
        row.text = row.as_text()
        row.save(update_fields=["input", "text"])
        row.attachments.clear()
    keep_files(together, stored)
    index(together)
    together[0].conversation.changed()
    return together[0].conversation


@transaction.atomic
def withdraw(owner: "User", response_id: str) -> Conversation:
    """Remove a waiting message; those behind it move up. RequestError when it waits no longer."""
    together = _waiting(owner, response_id)
    behind = list(
        Response.objects.filter(previous_response__in=together).select_related("conversation")
    )
    Response.objects.filter(pk__in=[row.pk for row in behind]).update(
        previous_response=together[0].previous_response_id
    )
    if together[0].folder_files:
        lift(together[0], behind)
        link(behind)
    Response.objects.filter(pk__in=[row.pk for row in together]).delete()
    together[0].conversation.changed()
    return together[0].conversation


def _waiting(owner: "User", response_id: str) -> list[Response]:
    """A message with its companions, all of which wait: other models are asked the same by them."""
    list(Conversation.objects.lock_of(response_id))
    own = Conversation.objects.visible_to(owner)
    asked = Response.objects.filter(pk=response_id, conversation__in=own).first()
    if asked is None:
        raise RequestError("This message no longer exists.", "not_found", "response_id", 404)
    # Locked: a process that takes one up at this moment waits for the change, or is seen here.
    rows = asked_together(asked).select_for_update(of=("self",)).select_related("conversation")
    together = list(rows.order_by("pk"))
    if not all(row.waiting for row in together):
        raise RequestError(
            "This message is already being answered.", "response_started", "response_id", 409
        )
    return together
