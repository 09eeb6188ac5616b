"""Messages that wait for the answer before them: edited or withdrawn until their turn comes."""

from typing import TYPE_CHECKING, Any

from django.db import transaction

from conversations.models import Conversation, Response
from conversations.models.attachment import link
from conversations.models.beside import asked_together
from conversations.models.search_entry import index
from conversations.turns.errors import RequestError
from conversations.turns.files import with_own_files

if TYPE_CHECKING:
    from chatapp.accounts.models import User


@transaction.atomic
def edit(owner: "User", response_id: str, items: list[dict[str, Any]]) -> Conversation:
    """Replace what a waiting message says; RequestError when it waits no longer."""
    row = _waiting(owner, response_id)
    together = list(asked_together(row).select_related("conversation"))
    stored = with_own_files(owner, items)
    for each in together:
        each.input = stored
        each.text = each.as_text()
        each.save(update_fields=["input", "text"])
        each.attachments.clear()
    link(together)
    index(together)
    row.conversation.changed()
    return row.conversation


@transaction.atomic
def withdraw(owner: "User", response_id: str) -> Conversation:
    """Remove a waiting message; those behind it move up. RequestError when it waits no longer."""
    row = _waiting(owner, response_id)
    together = asked_together(row)
    Response.objects.filter(previous_response__in=together.values("pk")).update(
        previous_response=row.previous_response_id
    )
    together.delete()
    row.conversation.changed()
    return row.conversation


def _waiting(owner: "User", response_id: str) -> Response:
    list(Conversation.objects.lock_of(response_id))
    # Locked: a process that takes it up at this moment waits for the change, or is seen here.
    rows = Response.objects.select_for_update(of=("self",)).select_related("conversation")
    row = rows.filter(pk=response_id, conversation__owner=owner).first()
    if row is None:
        raise RequestError("This message no longer exists.", "not_found", "response_id", 404)
    if not row.waiting:
        raise RequestError(
            "This message is already being answered.", "response_started", "response_id", 409
        )
    return row
