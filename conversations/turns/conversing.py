"""What scripts do with a conversation without asking anybody: begin it, tell it items, and take
one out. What is told is stored as answered turns are, so that it is shown, found and exported, and
sent with the next question.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from conversations.models import Conversation, Response, ToolCall
from conversations.models.attachment import remove_unused, used_in
from conversations.models.beside import settle
from conversations.models.branch import of_branch
from conversations.models.pruning import hand_question_on
from conversations.models.response import Status
from conversations.models.search_entry import index
from conversations.models.window import end_of, is_shown
from conversations.protocol.files import file_ids, file_names
from conversations.protocol.functions import CALL, OUTPUT
from conversations.protocol.ids import new_ids
from conversations.protocol.item_ids import INPUT, Place, places
from conversations.protocol.items import Item, input_text
from conversations.protocol.made import made_ids
from conversations.protocol.telling import told_turns
from conversations.turns.errors import RequestError
from conversations.turns.files import keep_files, with_own_files

if TYPE_CHECKING:
    from chatapp.accounts.models import User

TITLE_OF_QUESTION = 60


@transaction.atomic
def begin(
    owner: "User", items: Sequence[Item], metadata: Mapping[str, str], key_name: str
) -> Conversation:
    """A new conversation in which these items were said; RequestError for files that are not
    theirs.
    """
    conversation = Conversation.objects.create(
        owner=owner, metadata=dict(metadata), key_name=key_name
    )
    _plant(conversation, None, items)
    return conversation


@transaction.atomic
def tell(owner: "User", conversation_id: str, items: Sequence[Item]) -> list[Response]:
    """Have these items stand behind all that is shown; where they stand now. RequestError as of
    `behind`, and for files that are not theirs.
    """
    return _plant(*behind(owner, conversation_id, locks=True), items)


def take_out(owner: "User", conversation_id: str, place: Place, *along: Place) -> Conversation:
    """Delete an item for good, and what goes `along` with it in its response; nothing is sent it
    any more. RequestError as of `behind`, and for what is not there.
    """
    files = used_in(Response.objects.filter(pk=place.response_id, owner=owner))
    conversation = _take_out(owner, conversation_id, [place, *along])
    remove_unused(files)
    return conversation


def behind(
    owner: "User", conversation_id: str, *, locks: bool = False
) -> tuple[Conversation, Response | None]:
    """A conversation of theirs, and the end of the branch that is shown in it, if there is any.

    RequestError when it is not there; and while something is being answered at the end, as the API
    has it: who asks at the same time can't know of that answer, and is not made to wait for it.
    With `locks`, which needs a transaction, nobody else adds to it until that ends.
    """
    own = Conversation.objects.visible_to(owner).listed().filter(pk=conversation_id)
    conversation = (own.select_for_update() if locks else own).first()
    if conversation is None:
        raise RequestError("This conversation no longer exists.", "not_found", "conversation", 404)
    rows = Response.objects.select_related("beside")
    end = rows.filter(pk=end_of(conversation)).first()
    if end is not None and end.is_running:
        raise _locked()
    return conversation, end


def name_by(conversation: Conversation, items: Sequence[Item]) -> None:
    """Have one without a title be called by what is said first."""
    if not conversation.title and (title := title_of(items)):
        conversation.rename(title, Conversation.TitleSource.QUESTION)


def title_of(items: Sequence[Item]) -> str:
    """Until a title is made: the question's first words, cut between two of them."""
    said = input_text(items) or ", ".join(file_names(items))
    title = " ".join(said.split())
    if len(title) <= TITLE_OF_QUESTION:
        return title
    return title[:TITLE_OF_QUESTION].rsplit(" ", 1)[0] + "…"


def _plant(
    conversation: Conversation, end: Response | None, items: Sequence[Item]
) -> list[Response]:
    stored = with_own_files(conversation.owner, list(items))
    rows = _told(conversation, end, stored)
    Response.objects.bulk_create(rows)
    if rows:
        keep_files(rows, stored)
        index(rows)
    _show(conversation, end, rows)
    name_by(conversation, next((row.input for row in rows if title_of(row.input)), []))
    return rows


def _told(
    conversation: Conversation, end: Response | None, items: Sequence[Item]
) -> list[Response]:
    """A path of turns behind the end, of which each shows the next."""
    turns, now = told_turns(items), timezone.now()
    ids = new_ids("resp", len(turns))
    rows = [
        Response(
            id=id_,
            client_key=id_,
            conversation=conversation,
            owner=conversation.owner,
            input=given,
            output=answered,
            status=Status.COMPLETED,
            created_at=now,
            completed_at=now,
        )
        for id_, (given, answered) in zip(ids, turns, strict=True)
    ]
    for row, previous in zip(rows, [end, *rows], strict=False):
        row.previous_response, row.text = previous, row.as_text()
    for row, following in pairwise(rows):
        row.selected_child_id = following.pk
    return rows


def _show(conversation: Conversation, end: Response | None, rows: Sequence[Response]) -> None:
    """The branch that they are on is the one to show, in a conversation just used."""
    changes: dict[str, Any] = {"updated_at": timezone.now(), "version": F("version") + 1}
    changes["archived_at"] = None
    if end is not None and rows:
        if hasattr(end, "beside"):
            settle(end)
        Response.objects.filter(pk=end.pk).update(selected_child=rows[0])
    elif rows:
        changes["selected_root"] = rows[0]
    Conversation.objects.filter(pk=conversation.pk).update(**changes)


@transaction.atomic
def _take_out(owner: "User", conversation_id: str, at: Sequence[Place]) -> Conversation:
    conversation, _ = behind(owner, conversation_id, locks=True)
    row = Response.objects.filter(pk=at[0].response_id, conversation=conversation).first()
    if row is None or not is_shown(conversation, row.pk):
        raise _no_such_item()
    if of_branch(row.pk).running().exists():
        raise _locked()
    for place in at:
        _remove(row, place)
    _store(row)
    # Their providers would remember it.
    of_branch(row.pk).update(unchained=True)
    if not (row.input or row.output or row.model_name):
        _close_up(row)
    conversation.changed()
    return conversation


def _remove(row: Response, place: Place) -> None:
    items = row.input if place.is_input else row.output
    known = places(items, row.removed, INPUT if place.is_input else "")
    if place.name not in known:
        raise _no_such_item()
    item = items[known.index(place.name)]
    if not place.is_input:
        row.rounds = []  # which say where in the output they are
        _records_of(row, item, place).delete()
    del items[known.index(place.name)]
    row.removed = [*row.removed, place.name]


def _records_of(row: Response, item: Item, place: Place) -> QuerySet[ToolCall]:
    """The record of the call that an item of an output is, or that it answers: then the call may
    stand in the answer before, which asked for it.
    """
    if item.get("type") != OUTPUT:
        return ToolCall.objects.filter(response=row, output_index=place.at)
    of = row.previous_response if item.get("approval_request_id") else row
    if of is None:
        return ToolCall.objects.none()
    before = place.at if of is row else math.inf
    calls = [
        int(at)
        for call, at in zip(of.output, places(of.output, of.removed), strict=True)
        if call.get("type") == CALL and call.get("call_id") == item.get("call_id")
    ]
    last = [at for at in calls if at < before][-1:]
    return ToolCall.objects.filter(response=of, output_index__in=last)


def _store(row: Response) -> None:
    row.text = row.as_text()
    row.save(update_fields=["input", "output", "removed", "rounds", "text"])
    # Not linked anew: a copy has files that were somebody else's, by its links alone.
    left = {*file_ids(row.input), *made_ids(row.output)}
    links = Response.attachments.through.objects.filter(response=row)
    links.exclude(attachment__in=left).delete()
    index([row])


def _close_up(row: Response) -> None:
    """Nothing is left of what was told: what follows it follows what was before."""
    following = row.next_responses.order_by("-pk").values_list("pk", flat=True)
    chosen = row.selected_child_id or following.first()
    Response.objects.filter(selected_child=row).update(selected_child=chosen)
    Conversation.objects.filter(selected_root=row).update(selected_root=chosen)
    row.next_responses.update(previous_response=row.previous_response_id)
    hand_question_on(row)
    row.delete()


def _locked() -> RequestError:
    return RequestError(
        "Another process is currently operating on this conversation. "
        "Please retry in a few seconds.",
        "conversation_locked",
        "conversation",
    )


def _no_such_item() -> RequestError:
    return RequestError("This item no longer exists.", "not_found", "item_id", 404)
