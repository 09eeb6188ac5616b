"""What a provider asks for is answered by a response of its own, once, by somebody or by rule."""

import asyncio
import itertools
from typing import Any

import pytest

from chatapp.accounts.models import User
from conversations.models import Conversation, Response
from conversations.models.approval import allow, allowed_in, withdraw
from conversations.models.database import in_database
from conversations.models.response import Status
from conversations.protocol.approvals import Tool, answer
from conversations.protocol.events import Event
from conversations.protocol.items import user_message
from conversations.turns import allowed
from conversations.turns.deleting import delete
from conversations.turns.pseudonyms import NAMES
from conversations.turns.request import NewResponse, RequestError
from conversations.turns.running import turns
from tests.support.asking import ask, events_of, question, stored, until_settled
from tests.support.models import make_conversation, make_model, make_response
from tests.support.scripted import ScriptedProvider, message
from tests.support.scripted import answer as spoken

ROLL = Tool("dice", "roll")


def request(id_: str = "mcpr_1", tool: Tool = ROLL) -> dict[str, Any]:
    asked = {"id": id_, "type": "mcp_approval_request", "arguments": '{"sides":6}'}
    return asked | tool._asdict()


def asking(*requests: dict[str, Any], upstream_id: str = "upstream_1") -> list[Event]:
    """An answer that ends with these requests."""
    output = [message("I need a die."), *requests]
    response = {"id": upstream_id, "status": "completed", "output": output}
    return [{"type": "response.completed", "response": response}]


def decision(asked: Response, *given: tuple[str, bool], **fields: Any) -> NewResponse:
    """Decided in a window of its own: each has its own key."""
    items = [answer(id_, approve=may) for id_, may in given]
    key = fields.pop("client_key", f"decision {next(KEYS)}")
    return NewResponse(
        owner=asked.owner, client_key=key, input=items, previous_response_id=asked.pk, **fields
    )


KEYS = itertools.count()


async def asked_for(
    owner: User, provider: ScriptedProvider, *requests: dict[str, Any], **fields: Any
) -> Response:
    """An answer that has asked for these."""
    provider.will_answer(*asking(*(requests or (request(),))))
    response = await ask(owner, "Roll a die.", **fields)
    await events_of(response)
    await until_settled()
    return response


async def decided(new: NewResponse) -> Response:
    response = await turns.start(new)
    await events_of(response)
    await until_settled()
    return await in_database(Response.objects.select_related("owner").get, pk=response.pk)


async def code_of(new: NewResponse) -> str:
    with pytest.raises(RequestError) as refused:
        await turns.start(new)
    return refused.value.code


# The request that is sent


@pytest.mark.parametrize("may", [True, False])
async def test_a_decision_is_sent_alone_behind_the_answer_that_asked(
    owner: User, provider: ScriptedProvider, may: bool
) -> None:
    asked = await asked_for(owner, provider)
    response = await decided(decision(asked, ("mcpr_1", may)))
    sent = {name: said for name, said in provider.requests[-1].items() if name not in NAMES}
    assert sent == {
        "model": "model-1",
        "previous_response_id": "upstream_1",
        "input": [
            {"type": "mcp_approval_response", "approval_request_id": "mcpr_1", "approve": may}
        ],
        "store": True,
    }
    assert response.previous_response_id == asked.pk
    assert response.sent == Response.Sent.CHAINED


async def test_decisions_on_several_requests_are_one_request(
    owner: User, provider: ScriptedProvider
) -> None:
    asked = await asked_for(owner, provider, request("r1"), request("r2"))
    await decided(decision(asked, ("r2", False), ("r1", True)))
    assert len(provider.requests) == 2
    assert provider.requests[-1]["input"] == [
        answer("r2", approve=False),
        answer("r1", approve=True),
    ]


async def test_without_a_memory_the_request_is_replayed_with_its_decision(
    owner: User, provider: ScriptedProvider
) -> None:
    asked = await asked_for(owner, provider, temporary=True)
    await decided(decision(asked, ("mcpr_1", True)))
    sent = provider.requests[-1]
    assert "previous_response_id" not in sent
    assert sent["input"][0] == user_message("Roll a die.")
    assert sent["input"][2:] == [request(), answer("mcpr_1", approve=True)]
    assert sent["store"] is False


async def test_what_follows_a_decision_is_told_of_it(
    owner: User, provider: ScriptedProvider
) -> None:
    asked = await asked_for(owner, provider, temporary=True)
    rolled = await decided(decision(asked, ("mcpr_1", True)))
    await decided(question(owner, "And again?", previous_response_id=rolled.pk))
    sent = provider.requests[-1]["input"]
    assert request() in sent
    assert answer("mcpr_1", approve=True) in sent


async def test_a_message_instead_leaves_the_request_out(
    owner: User, provider: ScriptedProvider
) -> None:
    asked = await asked_for(owner, provider)
    await decided(question(owner, "Never mind.", previous_response_id=asked.pk))
    sent = provider.requests[-1]
    assert "previous_response_id" not in sent, "a provider goes on from no open request"
    assert [item["type"] for item in sent["input"]] == ["message", "message", "message"]


async def test_a_decision_is_made_again_like_any_answer(
    owner: User, provider: ScriptedProvider
) -> None:
    asked = await asked_for(owner, provider)
    first = await decided(decision(asked, ("mcpr_1", True)))
    again = await decided(NewResponse(owner=owner, client_key="again", retry_of=first.pk))
    assert again.input == first.input
    assert provider.requests[-1] == provider.requests[-2]


async def test_a_decision_is_asked_with_what_the_answer_was_asked_with(
    owner: User, provider: ScriptedProvider
) -> None:
    other = await in_database(make_model, "model-2")
    asked = await asked_for(owner, provider, model_id=other.pk, chosen={"temperature": 0.5})
    await decided(decision(asked, ("mcpr_1", True), model_id=other.pk, chosen={"temperature": 0.5}))
    sent = provider.requests[-1]
    assert (sent["model"], sent["temperature"]) == ("model-2", 0.5)


# What is refused


async def test_a_second_decision_is_refused(owner: User, provider: ScriptedProvider) -> None:
    asked = await asked_for(owner, provider)
    await decided(decision(asked, ("mcpr_1", True)))
    assert await code_of(decision(asked, ("mcpr_1", False))) == "approval_decided"


async def test_of_two_windows_that_decide_at_once_one_is_refused(
    owner: User, provider: ScriptedProvider
) -> None:
    asked = await asked_for(owner, provider)
    both = [turns.start(decision(asked, ("mcpr_1", may))) for may in (True, False)]
    outcomes = await asyncio.gather(*both, return_exceptions=True)
    refused = [one for one in outcomes if isinstance(one, RequestError)]
    assert [error.code for error in refused] == ["approval_decided"]
    await until_settled()
    assert len(provider.requests) == 2


async def test_a_decision_that_is_sent_twice_is_made_once(
    owner: User, provider: ScriptedProvider
) -> None:
    asked = await asked_for(owner, provider)
    first = await turns.start(decision(asked, ("mcpr_1", True), client_key="once"))
    again = await turns.start(decision(asked, ("mcpr_1", True), client_key="once"))
    assert first == again


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ([("r1", True)], "approval_incomplete"),
        ([("r1", True), ("r1", False)], "approval_incomplete"),
        ([("r1", True), ("r2", True), ("r2", True)], "approval_incomplete"),
        ([("r1", True), ("r2", True), ("r3", True)], "approval_not_found"),
        ([("elsewhere", True)], "approval_not_found"),
    ],
)
async def test_each_request_is_decided_once_and_no_other(
    owner: User, provider: ScriptedProvider, given: list[tuple[str, bool]], code: str
) -> None:
    asked = await asked_for(owner, provider, request("r1"), request("r2"))
    assert await code_of(decision(asked, *given)) == code
    assert len(provider.requests) == 1


async def test_what_a_branch_asks_for_is_not_decided_on_another(
    owner: User, provider: ScriptedProvider
) -> None:
    asked = await asked_for(owner, provider, request("r1"))
    provider.will_answer(*asking(request("r2")))
    other = await decided(NewResponse(owner=owner, client_key="retry", retry_of=asked.pk))
    assert await code_of(decision(other, ("r1", True))) == "approval_not_found"
    await decided(decision(other, ("r2", True)))
    await decided(decision(asked, ("r1", True)))


async def test_what_somebody_elses_answer_asks_for_is_nobodys_business(
    owner: User, provider: ScriptedProvider
) -> None:
    asked = await asked_for(owner, provider)
    stranger = await in_database(User.objects.create_user, "eve")
    new = NewResponse(
        owner=stranger,
        client_key="k",
        input=[answer("mcpr_1", approve=True)],
        previous_response_id=asked.pk,
    )
    assert await code_of(new) == "not_found"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (Status.IN_PROGRESS, "response_running"),
        (Status.INCOMPLETE, "approval_not_found"),
        (Status.CANCELLED, "approval_not_found"),
        (Status.FAILED, "approval_not_found"),
    ],
)
async def test_only_a_whole_answer_asks_for_anything(
    owner: User, provider: ScriptedProvider, status: Status, code: str
) -> None:
    conversation = await in_database(make_conversation, owner)
    asked = await in_database(
        make_response, conversation, output=[request()], status=status, worker="elsewhere"
    )
    assert await code_of(decision(asked, ("mcpr_1", True))) == code
    assert not provider.requests


# What is allowed for the whole conversation


async def test_what_is_always_allowed_is_answered_without_anybody(
    owner: User, provider: ScriptedProvider
) -> None:
    asked = await asked_for(owner, provider)
    provider.will_answer(*asking(request("mcpr_2"), upstream_id="upstream_2"))
    provider.will_answer(*spoken("A four.", "upstream_3"))
    asked_again = await decided(decision(asked, ("mcpr_1", True), always=["mcpr_1"]))
    assert await in_database(allowed_in, asked.conversation_id) == {ROLL}
    assert provider.requests[-1]["previous_response_id"] == "upstream_2"
    assert provider.requests[-1]["input"] == [answer("mcpr_2", approve=True)]
    last = await in_database(Response.objects.get, previous_response=asked_again)
    assert last.status == Status.COMPLETED
    assert "A four." in last.text


async def test_what_is_withdrawn_is_asked_for_again(
    owner: User, provider: ScriptedProvider
) -> None:
    asked = await asked_for(owner, provider)
    await in_database(allow, asked.conversation_id, [ROLL, Tool("dice", "flip")])
    await in_database(withdraw, asked.conversation_id, ROLL)
    assert await in_database(allowed_in, asked.conversation_id) == {Tool("dice", "flip")}
    provider.will_answer(*asking(request("mcpr_2")))
    await decided(decision(asked, ("mcpr_1", True)))
    assert len(provider.requests) == 2


@pytest.mark.parametrize("other", [Tool("dice", "flip"), Tool("cards", "roll")])
async def test_another_tool_or_server_is_asked_for(
    owner: User, provider: ScriptedProvider, other: Tool
) -> None:
    asked = await asked_for(owner, provider)
    provider.will_answer(*asking(request("r1"), request("r2", other)))
    await decided(decision(asked, ("mcpr_1", True), always=["mcpr_1"]))
    assert len(provider.requests) == 2, "nothing is decided for its person in part"


async def test_what_is_allowed_in_one_conversation_is_asked_for_in_another(
    owner: User, provider: ScriptedProvider
) -> None:
    asked = await asked_for(owner, provider)
    await decided(decision(asked, ("mcpr_1", True), always=["mcpr_1"]))
    provider.will_answer(*asking(request()))
    await decided(question(owner, "Elsewhere: roll a die."))
    assert len(provider.requests) == 3


async def test_what_waits_is_answered_after_what_was_allowed(
    owner: User, provider: ScriptedProvider
) -> None:
    asked = await asked_for(owner, provider)
    more = asyncio.Event()
    provider.will_answer(more, *asking(request("mcpr_2"), upstream_id="upstream_2"))
    provider.will_answer(*spoken("A four.", "upstream_3"))
    second = await turns.start(decision(asked, ("mcpr_1", True), always=["mcpr_1"]))
    waiting = await turns.start(question(owner, "And?", previous_response_id=second.pk))
    more.set()
    await until_settled()
    follower = await in_database(Response.objects.get, client_key=f"{allowed.KEY}{second.pk}")
    assert (await stored(waiting)).previous_response_id == follower.pk
    assert provider.requests[-1]["input"] == [user_message("And?")]
    assert provider.requests[-1]["previous_response_id"] == "upstream_3"


async def test_a_model_that_never_stops_asking_is_stopped(
    owner: User, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(allowed, "MOST_IN_A_ROW", 3)
    asked = await asked_for(owner, provider)
    for number in range(10):
        provider.will_answer(*asking(request(f"again {number}")))
    await decided(decision(asked, ("mcpr_1", True), always=["mcpr_1"]))
    assert len(provider.requests) == 2 + 3


async def test_what_can_no_longer_be_asked_is_left_to_its_person(
    owner: User, provider: ScriptedProvider
) -> None:
    conversation = await in_database(make_conversation, owner, approvals=[ROLL._asdict()])
    first = await in_database(make_response, conversation)
    other = await in_database(make_model, "model-2")
    more = asyncio.Event()
    provider.will_answer(more, *asking(request()))
    response = await turns.start(question(owner, previous_response_id=first.pk, model_id=other.pk))
    await in_database(lambda: type(other).objects.filter(pk=other.pk).update(enabled=False))
    more.set()
    await until_settled()
    assert (await stored(response)).status == Status.COMPLETED
    assert len(provider.requests) == 1


async def test_in_a_conversation_that_is_being_deleted_nothing_goes_on(
    owner: User, provider: ScriptedProvider
) -> None:
    conversation = await in_database(make_conversation, owner, approvals=[ROLL._asdict()])
    first = await in_database(make_response, conversation)
    more = asyncio.Event()
    provider.will_answer(more, *asking(request()))
    await turns.start(question(owner, previous_response_id=first.pk))
    await provider.is_asked.wait()
    await delete(owner.pk, [conversation.pk])
    more.set()
    await until_settled()
    assert len(provider.requests) == 1


async def test_what_ends_while_the_server_closes_is_answered_by_the_next_one(
    owner: User, provider: ScriptedProvider
) -> None:
    conversation = await in_database(make_conversation, owner, approvals=[ROLL._asdict()])
    first = await in_database(make_response, conversation)
    more = asyncio.Event()
    provider.will_answer(
        {"type": "response.output_item.added", "output_index": 0, "item": message("I need a die.")},
        more,
        *asking(request()),
    )
    response = await turns.start(question(owner, previous_response_id=first.pk))
    await provider.is_asked.wait()
    closing = asyncio.create_task(turns.close(grace=5))
    await asyncio.sleep(0)  # it has begun to close
    more.set()
    await closing
    follower = await in_database(Response.objects.get, previous_response=response)
    assert (follower.status, follower.worker) == (Status.QUEUED, "")
    assert len(provider.requests) == 1


async def test_decisions_in_whatever_order_end_in_one_request(
    owner: User, provider: ScriptedProvider
) -> None:
    ids = ("r1", "r2", "r3")
    for order in itertools.permutations(ids):
        for verdicts in itertools.product((True, False), repeat=len(ids)):
            conversation = await in_database(make_conversation, owner)
            output = [request(id_) for id_ in ids]
            asked = await in_database(make_response, conversation, output=output)
            before = len(provider.requests)
            given = list(zip(order, verdicts, strict=True))
            response = await decided(decision(asked, *given))
            assert len(provider.requests) == before + 1
            decisions = {item["approval_request_id"]: item["approve"] for item in response.input}
            assert decisions == dict(given)
            assert await code_of(decision(asked, *given)) == "approval_decided"
    assert await in_database(Conversation.objects.filter(approvals=[]).count) == 48
