"""/v1/conversations: those of the key's person, begun here or in the chat."""

from collections.abc import Callable, Mapping
from typing import Any, ParamSpec, TypeVar

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

from conversations.gateway.asking import as_object, unknown
from conversations.gateway.asking_shapes import body_with, metadata
from conversations.gateway.attaching import attached_items
from conversations.gateway.bodies import body_of
from conversations.gateway.items import items_of
from conversations.gateway.operations import JSON, WITH_BODY, Example, operation
from conversations.gateway.own_calls import as_functions
from conversations.gateway.refusals import Refusal, bad, no_such_conversation
from conversations.gateway.sealing import opened
from conversations.gateway.shapes import deleted, nullable, ours, sdk
from conversations.gateway.starting import check_calls
from conversations.models import ApiKey, Conversation
from conversations.models.database import in_database
from conversations.protocol.approvals import answers_in
from conversations.protocol.items import Item
from conversations.protocol.settings import BadParameter, checked
from conversations.turns import deleting, notices
from conversations.turns.conversing import begin
from conversations.turns.errors import RequestError

P = ParamSpec("P")
T = TypeVar("T")

MOST_AT_ONCE = 20
NEW_ITEMS = {
    "type": "array",
    "items": ours("InputItem"),
    "maxItems": MOST_AT_ONCE,
    "description": "What was said.",
}


@operation(
    "createConversation",
    "Begin a conversation",
    meaning="With what is to stand in it, if anything.",
    body=body_with({"items": nullable(NEW_ITEMS), "metadata": metadata()}),
    answers={JSON: sdk("conversations.Conversation")},
    refuses=WITH_BODY,
    makes={"conversation_id": "/id"},
    example=Example("conversations.create", {"metadata": {"topic": "birds"}}),
)
async def create(request: HttpRequest, key: ApiKey) -> HttpResponseBase:
    """A new one, with what is to stand in it."""
    body = only(await body_of(request), "items", "metadata")
    metadata, given = metadata_of(body), body.get("items")
    async with attached_items(key, new_items([] if given is None else given), "items") as items:
        conversation = await in_database(_begun, key, items, metadata)
    await notices.conversation_updated(conversation)
    return JsonResponse(shown(conversation))


@operation(
    "retrieveConversation",
    "Read a conversation",
    meaning="What there is to be said of it; its items have an address of their own.",
    answers={JSON: sdk("conversations.Conversation")},
    refuses=(404,),
    example=Example("conversations.retrieve"),
)
async def read(_: HttpRequest, key: ApiKey, conversation_id: str) -> HttpResponseBase:
    """What there is to be said of it."""
    return JsonResponse(shown(await in_database(found, key, conversation_id)))


@operation(
    "updateConversation",
    "Change a conversation's metadata",
    meaning="What is given takes the place of what it had.",
    body=body_with({"metadata": metadata()}, "metadata"),
    answers={JSON: sdk("conversations.Conversation")},
    refuses=(*WITH_BODY, 404),
)
async def update(request: HttpRequest, key: ApiKey, conversation_id: str) -> HttpResponseBase:
    """Other metadata, in the place of what it had."""
    body = only(await body_of(request), "metadata")
    if "metadata" not in body:
        said = "Missing required parameter: 'metadata'."
        raise Refusal(400, said, "missing_required_parameter", "metadata")
    metadata = metadata_of(body)
    conversation = await in_database(_noted, key, conversation_id, metadata)
    return JsonResponse(shown(conversation))


@operation(
    "deleteConversation",
    "Delete a conversation",
    meaning="With all that is in it, as in the chat.",
    answers={JSON: deleted("conversation.deleted")},
    refuses=(404,),
    example=Example("conversations.delete"),
)
async def delete(_: HttpRequest, key: ApiKey, conversation_id: str) -> HttpResponseBase:
    """With all that is in it, as in the chat."""
    conversation = await in_database(found, key, conversation_id)
    await deleting.delete(conversation.owner_id, [conversation.pk])
    deleted = {"id": conversation.pk, "object": "conversation.deleted", "deleted": True}
    return JsonResponse(deleted)


def found(key: ApiKey, conversation_id: str) -> Conversation:
    """One of the key's person; Refusal where there is none."""
    own = Conversation.objects.visible_to(key.owner).listed()
    conversation = own.filter(pk=conversation_id).first()
    if conversation is None:
        raise no_such_conversation(conversation_id)
    return conversation


def shown(conversation: Conversation) -> dict[str, Any]:
    """The API's object."""
    return {
        "id": conversation.pk,
        "object": "conversation",
        "created_at": int(conversation.created_at.timestamp()),
        "metadata": conversation.metadata,
    }


def only(body: Any, *names: str) -> dict[str, Any]:
    """The body, if it says nothing else; Refusal."""
    for name in as_object(body):
        if name not in names:
            raise unknown(name)
    return dict(body)


def new_items(given: Any) -> list[Item]:
    """The items that a conversation is to have, so many at the most; Refusal."""
    if not isinstance(given, list):
        raise bad("items", "A list of items is expected here.", "invalid_type")
    if len(given) > MOST_AT_ONCE:
        said = f"At most {MOST_AT_ONCE} items fit here."
        raise bad("items", said, "array_above_max_length")
    items = items_of(given, "items") if given else []
    if answers_in(items):
        raise bad("items", "A decision is part of the question that follows what asks for it.")
    return items


def told_by(given: list[Item], key: ApiKey) -> list[Item]:
    """Items that are given as they are stored; Refusal."""
    return as_functions(opened(given, key))


def metadata_of(body: Mapping[str, Any]) -> dict[str, str]:
    """The pairs that are given; Refusal for what they can't be."""
    given = body.get("metadata")
    try:
        settings = checked({"metadata": {} if given is None else given})
    except BadParameter as error:
        raise Refusal.of_parameter(error) from error
    metadata: dict[str, str] = settings.get("metadata", {})
    return metadata


def carried_out(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What `turns` does; Refusal for what it refuses."""
    try:
        return function(*args, **kwargs)
    except RequestError as error:
        raise Refusal.of_request(error) from error


def _begun(key: ApiKey, given: list[Item], metadata: dict[str, str]) -> Conversation:
    items = told_by(given, key)
    check_calls(items, None, "items")
    return carried_out(begin, key.owner, items, metadata, key.name)


def _noted(key: ApiKey, conversation_id: str, metadata: dict[str, str]) -> Conversation:
    conversation = found(key, conversation_id)
    conversation.metadata = metadata
    conversation.save(update_fields=["metadata"])
    return conversation
