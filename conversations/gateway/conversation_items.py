"""/v1/conversations/{id}/items: what was said on the branch that is shown of a conversation.

It is what the next question is sent, but for what is being answered: that comes when it has ended.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import chain, islice
from typing import Any, NamedTuple

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

from conversations.gateway.asking_shapes import body_with
from conversations.gateway.attaching import attached_items
from conversations.gateway.bodies import body_of
from conversations.gateway.conversations import (
    NEW_ITEMS,
    carried_out,
    found,
    new_items,
    only,
    shown,
    told_by,
)
from conversations.gateway.drawn import with_results
from conversations.gateway.including import INCLUDE, included_by
from conversations.gateway.input_items import inputs_shown, with_files_shown
from conversations.gateway.operations import JSON, WITH_BODY, Example, operation
from conversations.gateway.paging import Asked, asked_of, page, paging
from conversations.gateway.refusals import Refusal, bad
from conversations.gateway.shapes import page_of, sdk
from conversations.gateway.shown import output_shown
from conversations.gateway.starting import check_calls, end_in
from conversations.models import ApiKey, Conversation, Response
from conversations.models.database import in_database
from conversations.models.window import downwards, is_shown, older_than, upwards
from conversations.protocol.item_ids import INPUT, Place, place_in, place_of, places
from conversations.protocol.items import Item
from conversations.protocol.visibility import SEALED, visible_response
from conversations.turns import notices
from conversations.turns.conversing import take_out, tell
from conversations.turns.errors import RequestError

# The items that there are for the API; no client could read another one.
TYPES = frozenset(
    {
        "additional_tools",
        "apply_patch_call",
        "apply_patch_call_output",
        "code_interpreter_call",
        "compaction",
        "computer_call",
        "computer_call_output",
        "configuration_update",
        "custom_tool_call",
        "custom_tool_call_output",
        "file_search_call",
        "function_call",
        "function_call_output",
        "image_generation_call",
        "local_shell_call",
        "local_shell_call_output",
        "mcp_approval_request",
        "mcp_approval_response",
        "mcp_call",
        "mcp_list_tools",
        "message",
        "program",
        "program_output",
        "reasoning",
        "shell_call",
        "shell_call_output",
        "tool_search_call",
        "tool_search_output",
        "web_search_call",
    }
)

REQUEST_ID = re.compile(r"[\w-]{1,200}", re.ASCII)


@operation(
    "listItems",
    "List what is said in a conversation",
    meaning="On the branch that is shown, in pages, the last item first.",
    query=(*paging("item"), INCLUDE),
    answers={JSON: page_of(sdk("conversations.ConversationItem"))},
    refuses=(400, 404),
    example=Example("conversations.items.list"),
)
async def listed(request: HttpRequest, key: ApiKey, conversation_id: str) -> HttpResponseBase:
    """A page of them, the last item first unless `order` says otherwise."""
    include = included_by(request.GET)
    return JsonResponse(await in_database(_page, key, conversation_id, request.GET, include))


@operation(
    "createItems",
    "Tell a conversation more",
    meaning="Behind all that is there.",
    query=(INCLUDE,),
    body=body_with({"items": {**NEW_ITEMS, "minItems": 1}}, "items"),
    answers={JSON: sdk("conversations.ConversationItemList")},
    refuses=(*WITH_BODY, 404),
)
async def create(request: HttpRequest, key: ApiKey, conversation_id: str) -> HttpResponseBase:
    """More of them, behind all that is there."""
    include = included_by(request.GET)
    given = new_items(only(await body_of(request), "items").get("items"))
    await in_database(found, key, conversation_id)
    async with attached_items(key, given, "items") as items:
        rows = await in_database(_told, key, conversation_id, items)
    for row in rows[:1]:
        await notices.conversation_updated(row.conversation)
    told = [item for row in rows for item in items_of(row, include)]
    shown_items = await in_database(with_files_shown, told, key.owner_id, include)
    return JsonResponse(page(shown_items, len(shown_items)))


@operation(
    "retrieveItem",
    "Read an item of a conversation",
    meaning="On the branch that is shown.",
    query=(INCLUDE,),
    answers={JSON: sdk("conversations.ConversationItem")},
    refuses=(400, 404),
)
async def read(
    request: HttpRequest, key: ApiKey, conversation_id: str, item_id: str
) -> HttpResponseBase:
    """One of them."""
    include = included_by(request.GET)
    return JsonResponse(await in_database(_read, key, conversation_id, item_id, include))


@operation(
    "deleteItem",
    "Take an item out of a conversation",
    meaning="What is answered is the conversation without it.",
    answers={JSON: sdk("conversations.Conversation")},
    refuses=(400, 404),
)
async def delete(
    _: HttpRequest, key: ApiKey, conversation_id: str, item_id: str
) -> HttpResponseBase:
    """Take one out: the conversation without it."""
    conversation = await in_database(_taken_out, key, conversation_id, item_id)
    await notices.conversation_updated(conversation)
    return JsonResponse(shown(conversation))


class Placed(NamedTuple):
    """An item with its place, behind which come those where else it is stored."""

    item: Item
    places: list[Place]

    @property
    def rank(self) -> tuple[bool, int]:
        """Where it comes in its response."""
        return _rank(self.places[0])


def items_of(row: Response, include: Collection[str] = ()) -> list[Item]:
    """What stands in a response, in its order."""
    return [placed.item for placed in _placed(row, include)]


def _placed(row: Response, include: Collection[str] = ()) -> list[Placed]:
    visible = visible_response(row.to_api(), sealed=SEALED in include)
    known = places(visible["input"], row.removed, INPUT)
    asked = zip(inputs_shown(visible["input"], row), known, strict=True)
    answered = output_shown(visible, row.asked, row.status)
    items = [
        *(Placed(item, [place_of(row.pk, name)]) for item, name in asked),
        *(Placed(item, [place_of(row.pk, at) for at in stored]) for item, stored in answered),
    ]
    return [placed for placed in items if placed.item["type"] in TYPES]


def _page(
    key: ApiKey, conversation_id: str, given: Mapping[str, str], include: Collection[str]
) -> dict[str, Any]:
    asked = asked_of(given)
    items = _walked(found(key, conversation_id), asked, include)
    listed = page(list(islice(items, asked.limit + 1)), asked.limit)
    drawn = with_results(listed["data"], key.owner_id)
    return {**listed, "data": with_files_shown(drawn, key.owner_id, include)}


def _walked(conversation: Conversation, asked: Asked, include: Collection[str]) -> Iterator[Item]:
    """All that are left, in the order that is asked for."""
    walk = upwards if asked.is_descending else downwards
    if asked.after is None:
        rows = walk(conversation)
    elif row := _shown_row(conversation, asked.after):
        yield from _rest(row, _place_among(row, asked.after), asked, include)
        rows = walk(conversation, row.pk)
    elif place := place_in(asked.after):
        rows = _behind_missing(conversation, place, asked)
    else:
        raise bad("after", "There is no such item.")
    for row in rows:
        if not row.is_running:
            yield from _ordered(items_of(row, include), asked)


def _behind_missing(conversation: Conversation, place: Place, asked: Asked) -> Iterator[Response]:
    """What comes behind a response that was deleted with its last item, or is on another branch by
    now: whoever reads page by page goes on where it would be.
    """
    older = older_than(conversation, place.response_id)
    if not asked.is_descending:
        return downwards(conversation, older)
    ends = Response.objects.filter(pk=older)
    return chain(ends, upwards(conversation, older)) if older else iter(())


def _rest(row: Response, after: Place, asked: Asked, include: Collection[str]) -> list[Item]:
    """The items of a response that come behind one of them, which may have been deleted since."""
    items = _placed(row, include)
    if asked.is_descending:
        return [placed.item for placed in items[::-1] if placed.rank < _rank(after)]
    return [placed.item for placed in items if placed.rank > _rank(after)]


def _rank(place: Place) -> tuple[bool, int]:
    return not place.is_input, place.at


def _ordered(items: list[Item], asked: Asked) -> list[Item]:
    return items[::-1] if asked.is_descending else items


def _place_among(row: Response, after: str) -> Place:
    for placed in _placed(row):
        if placed.item["id"] == after:
            return placed.places[0]
    place = place_in(after)
    if place is not None and place.name in row.removed:
        return place
    raise bad("after", "There is no such item.")


def _shown_row(conversation: Conversation, item_id: str) -> Response | None:
    """The response in which an item is or was, if it is on the branch that is shown, and has ended.

    The id of a request does not say where that is.
    """
    place, rows = place_in(item_id), Response.objects.filter(conversation=conversation)
    if place is not None:
        rows = rows.filter(pk=place.response_id)
    elif REQUEST_ID.fullmatch(item_id):
        rows = rows.that_name(item_id).order_by("pk")
    else:
        return None
    row = rows.first()
    if row is None or row.is_running or not is_shown(conversation, row.pk):
        return None
    return row


def _found(
    key: ApiKey, conversation_id: str, item_id: str, include: Collection[str] = ()
) -> Placed:
    row = _shown_row(found(key, conversation_id), item_id)
    for placed in _placed(row, include) if row else ():
        if placed.item["id"] == item_id:
            return placed
    raise _no_such_item(item_id)


def _read(key: ApiKey, conversation_id: str, item_id: str, include: Collection[str]) -> Item:
    item = _found(key, conversation_id, item_id, include).item
    return with_files_shown(with_results([item], key.owner_id), key.owner_id, include)[0]


def _told(key: ApiKey, conversation_id: str, given: list[Item]) -> list[Response]:
    if not given:
        raise bad("items", "A list of items is expected here.", "invalid_type")
    items = told_by(given, key)
    check_calls(items, end_in(key, conversation_id), "items")
    return carried_out(tell, key.owner, conversation_id, items)


def _taken_out(key: ApiKey, conversation_id: str, item_id: str) -> Conversation:
    stored = _found(key, conversation_id, item_id).places
    try:
        return take_out(key.owner, conversation_id, *stored)
    except RequestError as error:
        if error.param == "item_id":
            raise _no_such_item(item_id) from error
        raise Refusal.of_request(error) from error


def _no_such_item(item_id: str) -> Refusal:
    return Refusal(404, f"Item with id '{item_id[:80]}' not found.", param="item_id")
