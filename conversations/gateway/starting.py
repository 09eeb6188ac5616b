"""A question through a key, from what is asked to an answer that has begun."""

import asyncio
from collections.abc import Collection
from secrets import token_hex

from conversations.gateway.asking import Asked
from conversations.gateway.models import names, no_such_model
from conversations.gateway.own_calls import as_functions
from conversations.gateway.own_tools import check_decisions, with_servers
from conversations.gateway.refusals import Refusal, bad, no_such_conversation, no_such_previous
from conversations.gateway.sealing import opened
from conversations.gateway.stored import kept
from conversations.gateway.thoughts import recalled
from conversations.models import ApiKey, Conversation, Response
from conversations.protocol.functions import CALL, OUTPUT
from conversations.protocol.items import Item
from conversations.turns.conversing import behind
from conversations.turns.errors import RequestError
from conversations.turns.request import NewResponse
from conversations.turns.running import turns


async def started(new: NewResponse, *, leaving: bool) -> Response:
    """The stored question, whose answer has begun; if the client leaves meanwhile, it is ended."""
    starting = asyncio.ensure_future(turns.start(new))
    try:
        return await asyncio.shield(starting)
    except RequestError as error:
        raise Refusal.of_request(error) from error
    except asyncio.CancelledError:
        if leaving:
            starting.add_done_callback(_leave_started)
        raise


def _leave_started(starting: "asyncio.Future[Response]") -> None:
    if not starting.cancelled() and starting.exception() is None:
        leave(starting.result().pk)


def leave(response_id: str) -> None:
    """Its reader has gone. (Nobody can wait here: what calls this is being cancelled itself.)"""
    turns.tasks.spawn(turns.cancel(response_id))


def new_response(key: ApiKey, asked: Asked, own: Collection[str] = ()) -> NewResponse:
    """What `turns` is to store, of what is asked; Refusal for what names nothing.

    `own` are ids that may be gone on from beside those that are kept.
    """
    asked = with_servers(asked, key)
    model = names(key).get(asked.model)
    if model is None:
        raise no_such_model(asked.model)
    _check_calls(key, asked, own)
    told = asked.told
    if asked.previous_response_id:
        told = {**told, "previous_response_id": asked.previous_response_id}
    return NewResponse(
        owner=key.owner,
        api_key=key,
        asked=told,
        client_key=f"api_{token_hex(16)}",
        input=recalled(as_functions(opened(asked.input, key)), key, model),
        model_id=model.pk,
        only_this=True,
        previous_response_id=asked.previous_response_id,
        conversation_id=asked.conversation,
        at_end=asked.conversation is not None,
        branch=True,
        background=asked.background,
        temporary=not asked.store,
        instructions=asked.instructions,
        settings=asked.settings,
    )


def _check_calls(key: ApiKey, asked: Asked, own: Collection[str]) -> None:
    """What is to be followed is there, and each output answers a call."""
    previous = _followed(key, asked, own)
    check_calls(asked.input, previous)
    check_decisions(asked, previous if asked.previous_response_id else None)


def check_calls(items: list[Item], previous: Response | None, name: str = "input") -> None:
    """Refusal where an output among the items answers no call, of theirs or of what is before."""
    answered = {item["call_id"] for item in items if item["type"] == OUTPUT}
    called = {item["call_id"] for item in items if item["type"] == CALL}
    if previous is not None and answered - called:
        called |= _called_on(previous)
    if missing := sorted(answered - called):
        said = f"No tool call found for function call output with call_id {missing[0][:80]}."
        raise bad(name, said)


def _followed(key: ApiKey, asked: Asked, own: Collection[str]) -> Response | None:
    if asked.conversation:
        return end_in(key, asked.conversation)
    if asked.previous_response_id is None:
        return None
    previous = _previous(key, asked.previous_response_id, own)
    if previous is None:
        raise no_such_previous(asked.previous_response_id)
    return previous


def end_in(key: ApiKey, conversation_id: str) -> Response | None:
    """What a question in a conversation follows; Refusal where it is not there, or at work."""
    try:
        _, end = behind(key.owner, conversation_id)
    except RequestError as error:
        if error.status == 404:
            raise no_such_conversation(conversation_id) from error
        raise Refusal.of_request(error) from error
    return end


def _previous(key: ApiKey, response_id: str, own: Collection[str]) -> Response | None:
    if response_id in own:
        mine = Conversation.objects.visible_to(key.owner)
        return Response.objects.filter(pk=response_id, conversation__in=mine).first()
    return kept(key).filter(pk=response_id).first()


def _called_on(previous: Response) -> set[str]:
    path = Response.objects.path_to(previous.pk)
    items = [item for row in path for item in (*row.input, *row.output)]
    return {str(item.get("call_id")) for item in items if item.get("type") == CALL}
