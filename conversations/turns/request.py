"""What a person asks for, checked and stored before anybody is called."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from conversations.models import Conversation, Model, Response
from conversations.models.response import LEASE
from conversations.protocol.items import input_text

if TYPE_CHECKING:
    from chatapp.accounts.models import User

TITLE_OF_QUESTION = 60


class RequestError(Exception):
    """A request that can't be carried out, in the API's terms; `message` is for the person."""

    def __init__(self, message: str, code: str, param: str | None = None, status: int = 400):
        super().__init__(message)
        self.message, self.code, self.param, self.status = message, code, param, status


@dataclass(frozen=True)
class NewResponse:
    """A `response.create`: where in the tree, what is asked, and of which model.

    `retry_of` names an answer to make again; else `previous_response_id` the answer to go on
    from; else `conversation_id` the conversation to begin anew in; else it is a new one.
    """

    owner: "User"
    client_key: str
    input: list[dict[str, Any]] = field(default_factory=list)
    model_id: str | None = None
    conversation_id: str | None = None
    previous_response_id: str | None = None
    retry_of: str | None = None
    instructions: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)


def store(new: NewResponse) -> tuple[Response, bool]:
    """Store the question, and say whether it is new; the same client key is stored once.

    RequestError when it names what is not there, or goes on from an answer that still runs.
    """
    if found := _stored(new):
        return found, False
    try:
        with transaction.atomic():
            return _create(new), True
    except IntegrityError:
        # Sent twice at the same moment: the other one was first.
        if found := _stored(new):
            return found, False
        raise


def _stored(new: NewResponse) -> Response | None:
    rows = Response.objects.select_related("conversation", "model", "provider")
    return rows.filter(owner=new.owner, client_key=new.client_key).first()


def _create(new: NewResponse) -> Response:
    now = timezone.now()
    response = Response(
        owner=new.owner,
        client_key=new.client_key,
        input=new.input,
        instructions=new.instructions,
        settings=dict(new.settings),
        lease_expires_at=now + LEASE,
    )
    _place(response, new)
    response.model = model = _model(new.model_id)
    response.provider, response.model_name = model.provider, model.name
    response.text = response.as_text()
    response.save(force_insert=True)
    _show(response)
    return response


def _place(response: Response, new: NewResponse) -> None:
    """Find the response's place in the tree."""
    if new.retry_of:
        retried = _own(new, new.retry_of, "retry_of")
        response.conversation = retried.conversation
        response.previous_response_id = retried.previous_response_id
        response.retry_of_id = retried.retry_of_id or retried.id
        response.input = retried.input
    elif new.previous_response_id:
        previous = _own(new, new.previous_response_id, "previous_response_id")
        if previous.is_running:
            raise RequestError(
                "The answer before this one is still being written.",
                "response_in_progress",
                "previous_response_id",
                409,
            )
        response.conversation = previous.conversation
        response.previous_response = previous
    elif new.conversation_id:
        response.conversation = _own_conversation(new, new.conversation_id)
    else:
        title = " ".join(input_text(new.input).split())
        response.conversation = Conversation.objects.create(
            owner=new.owner, title=_shortened(title)
        )


def _own(new: NewResponse, response_id: str, param: str) -> Response:
    found = Response.objects.filter(pk=response_id, conversation__owner=new.owner)
    response = found.select_related("conversation").first()
    if response is None:
        raise RequestError("This message no longer exists.", "not_found", param, 404)
    return response


def _own_conversation(new: NewResponse, conversation_id: str) -> Conversation:
    found = Conversation.objects.visible_to(new.owner).filter(pk=conversation_id).first()
    if found is None:
        raise RequestError("This conversation no longer exists.", "not_found", "conversation", 404)
    return found


def _model(model_id: str | None) -> Model:
    offered = Model.objects.offered()
    model = offered.filter(pk=model_id).first() if model_id else offered.first()
    if model is None:
        raise RequestError(
            "This model is not offered here any more.", "model_not_found", "model", 404
        )
    return model


def _show(response: Response) -> None:
    """The branch just asked on is the one to show, in the conversation just used."""
    conversation = response.conversation
    conversation.updated_at = response.created_at
    if response.previous_response_id is None:
        conversation.selected_root = response
    else:
        Response.objects.filter(pk=response.previous_response_id).update(selected_child=response)
    conversation.save(update_fields=["updated_at", "selected_root"])


def _shortened(title: str) -> str:
    """Until a title is made: the question's first words, cut between two of them."""
    if len(title) <= TITLE_OF_QUESTION:
        return title
    return title[:TITLE_OF_QUESTION].rsplit(" ", 1)[0] + "…"
