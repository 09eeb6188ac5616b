"""Answers whose process died while it called functions: nothing with effects is done twice."""

import asyncio
import json
from typing import Any

import pytest
from django.utils import timezone

from chatapp.accounts.models import User
from conversations.models import Model, Response, ToolCall
from conversations.models.database import in_database
from conversations.models.response import Status
from conversations.protocol.approvals import Tool, answer, own_request
from conversations.protocol.functions import calls_in, output_of
from conversations.turns import calls
from conversations.turns.running import turns
from conversations.turns.takeover import JUMP, take_over, watch
from tests.support.asking import ask, events_of, stored, until_settled
from tests.support.calls import Deeds, call, calling, use_deeds
from tests.support.models import make_conversation, make_response
from tests.support.scripted import ScriptedProvider, delta, ending, numbered
from tests.support.scripted import answer as spoken

ON = {"functions": ["add", "ring", "hang"]}
ADDITION = call("add", {"first": 1, "second": 2}, "a")
RINGING = call("ring", {"bell": "gong"}, "b")


@pytest.fixture(autouse=True)
def _nothing_watched() -> None:
    watch.forget()


@pytest.fixture
def deeds(monkeypatch: pytest.MonkeyPatch) -> Deeds:
    return use_deeds(monkeypatch)


def ended(until: int, upstream_id: str = "upstream_1") -> dict[str, Any]:
    return {"at": 0, "until": until, "upstream_id": upstream_id, "usage": {"input_tokens": 10}}


def left_behind(owner: User, model: Model, *output: dict[str, Any], **fields: Any) -> Response:
    """An answer that has called these when its process died."""
    defaults: dict[str, Any] = {
        "status": Status.IN_PROGRESS,
        "worker": "dead.1",
        "answer": "",
        "output": list(output),
        "rounds": [ended(len(output))],
        "upstream_id": "upstream_1",
        "sequence_number": 7,
        "settings": ON,
        "model": model,
        "provider": model.provider,
    }
    return make_response(make_conversation(owner), **(defaults | fields))


def begun(row: Response, output_index: int, **fields: Any) -> ToolCall:
    return ToolCall.objects.create(
        response=row,
        output_index=output_index,
        name="ring",
        effects=True,
        began_at=timezone.now(),
        **fields,
    )


async def taken_over(row: Response) -> Response:
    await take_over(alone=True)
    await until_settled()
    return await stored(row)


def outputs(row: Response) -> list[str]:
    return [item["output"] for item in row.output if item["type"] == "function_call_output"]


async def test_calls_without_effects_are_made_by_whoever_takes_over(
    owner: User, model: Model, provider: ScriptedProvider, deeds: Deeds
) -> None:
    dead = await in_database(left_behind, owner, model, ADDITION)
    provider.will_answer(*spoken("Three.", "upstream_2"))
    row = await taken_over(dead)

    assert deeds.done == [("add", 1, 2)]
    assert provider.requests[0]["previous_response_id"] == "upstream_1"
    assert [item["output"] for item in provider.requests[0]["input"]] == ["3"]
    assert (row.status, row.lease) == (Status.COMPLETED, 1)
    assert row.sequence_number is not None
    assert row.sequence_number >= 7 + JUMP


async def test_outputs_that_were_half_there_are_made_anew(
    owner: User, model: Model, provider: ScriptedProvider, deeds: Deeds
) -> None:
    half = output_of(calls_in([ADDITION])[0], "fco_1")
    rounds = [ended(1)]
    dead = await in_database(left_behind, owner, model, ADDITION, half, rounds=rounds)
    row = await taken_over(dead)

    assert outputs(row) == ["3"]
    assert len(row.output) == 3


async def test_what_may_have_had_effects_is_not_done_again(
    owner: User, model: Model, provider: ScriptedProvider, deeds: Deeds
) -> None:
    dead = await in_database(left_behind, owner, model, ADDITION, RINGING)
    await in_database(begun, dead, 1)
    await _allow_ringing(dead)
    row = await taken_over(dead)

    assert deeds.done == [("add", 1, 2)]
    assert json.loads(outputs(row)[1]) == {"error": calls.UNKNOWN}
    assert row.status == Status.COMPLETED


async def test_what_was_done_before_the_process_died_has_its_result(
    owner: User, model: Model, provider: ScriptedProvider, deeds: Deeds
) -> None:
    dead = await in_database(left_behind, owner, model, RINGING)
    await in_database(begun, dead, 0, ended_at=timezone.now(), output="It rang.", size=8)
    await _allow_ringing(dead)
    row = await taken_over(dead)

    assert deeds.done == []
    assert outputs(row) == ["It rang."]


async def _allow_ringing(row: Response) -> None:
    row.conversation.approvals = [{"server_label": "", "name": "ring"}]
    await in_database(row.conversation.save)


async def test_what_was_allowed_and_begun_is_not_done_again(
    owner: User, model: Model, provider: ScriptedProvider, deeds: Deeds
) -> None:
    request = own_request(calls_in([RINGING])[0], Tool("", "ring"))
    asked = await in_database(
        left_behind, owner, model, RINGING, request, status=Status.COMPLETED, worker=""
    )
    await in_database(begun, asked, 0, decision="allowed")
    decided = await in_database(
        make_response,
        asked.conversation,
        previous=asked,
        input=[answer(request["id"], approve=True)],
        output=[output_of(calls_in([RINGING])[0], "fco_1")],
        status=Status.IN_PROGRESS,
        worker="dead.1",
        settings=ON,
        model=model,
        provider=model.provider,
    )
    row = await taken_over(decided)

    assert deeds.done == []
    assert json.loads(outputs(row)[0]) == {"error": calls.UNKNOWN}
    assert [item["type"] for item in row.output] == ["function_call_output", "message"]


async def test_a_round_of_which_nothing_was_shown_is_asked_again_and_no_call_made(
    owner: User, model: Model, provider: ScriptedProvider, deeds: Deeds
) -> None:
    done = output_of(calls_in([ADDITION])[0], "fco_1", "3", "completed")
    rounds = [ended(1), {"at": 2}]
    dead = await in_database(
        left_behind, owner, model, ADDITION, done, rounds=rounds, upstream_id=""
    )
    row = await taken_over(dead)

    assert deeds.done == []
    assert provider.requests[0]["previous_response_id"] == "upstream_1"
    assert row.status == Status.COMPLETED
    assert [item["type"] for item in row.output] == [
        "function_call",
        "function_call_output",
        "message",
    ]


async def test_a_round_of_which_something_was_shown_is_kept_as_far_as_it_came(
    owner: User, model: Model, provider: ScriptedProvider, deeds: Deeds
) -> None:
    done = output_of(calls_in([ADDITION])[0], "fco_1", "3", "completed")
    said = {"type": "message", "role": "assistant", "status": "in_progress", "content": []}
    rounds = [ended(1), {"at": 2}]
    dead = await in_database(left_behind, owner, model, ADDITION, done, said, rounds=rounds)
    row = await taken_over(dead)

    assert provider.requests == []
    assert row.incomplete_details == {"reason": "interrupted"}
    assert len(row.output) == 3


async def test_a_later_round_that_its_provider_keeps_is_read_on(
    owner: User, model: Model, provider: ScriptedProvider, deeds: Deeds
) -> None:
    done = output_of(calls_in([ADDITION])[0], "fco_1", "3", "completed")
    part = {"type": "output_text", "text": "It is", "annotations": []}
    said = {"type": "message", "role": "assistant", "status": "in_progress", "content": [part]}
    dead = await in_database(
        left_behind,
        owner,
        model,
        *(ADDITION, done, {**said, "id": "msg_1"}),
        rounds=[ended(1), {"at": 2}],
        upstream_id="upstream_2",
        upstream_sequence_number=4,
        background=True,
    )
    provider.will_answer(*numbered([delta(" three."), ending("It is three.", "upstream_2")], 5))
    await take_over(alone=True)
    events = await events_of(dead, 7)
    await until_settled()

    row = await stored(dead)
    assert provider.resumed == [("upstream_2", 4)]
    assert events[0]["output_index"] == 2
    assert [item["type"] for item in row.output] == [
        "function_call",
        "function_call_output",
        "message",
    ]
    assert "It is three." in row.text


async def test_a_wish_to_stop_is_heeded_before_anything_is_called(
    owner: User, model: Model, provider: ScriptedProvider, deeds: Deeds
) -> None:
    dead = await in_database(left_behind, owner, model, ADDITION, cancel_requested=True)
    row = await taken_over(dead)

    assert (row.status, deeds.done) == (Status.CANCELLED, [])


async def test_a_process_that_leaves_hands_over_what_it_may_call_again(
    owner: User, provider: ScriptedProvider, deeds: Deeds
) -> None:
    provider.will_answer(*calling(call("hang")))
    response = await ask(owner, "Wait.", chosen=ON)
    await deeds.is_hanging.wait()
    await turns.close(grace=10)

    row = await stored(response)
    assert (row.status, row.worker) == (Status.IN_PROGRESS, "")
    assert row.rounds[-1]["until"] == 1


async def test_a_process_that_leaves_waits_for_what_has_effects(
    owner: User, provider: ScriptedProvider, deeds: Deeds
) -> None:
    deeds.before_ringing = asyncio.Event()
    allowing = [{"server_label": "", "name": "ring"}]
    conversation = await in_database(make_conversation, owner, approvals=allowing)
    provider.will_answer(*calling(RINGING))
    response = await ask(owner, "Ring.", chosen=ON, conversation_id=conversation.pk)
    await deeds.is_ringing.wait()
    closing = asyncio.create_task(turns.close(grace=10))
    await asyncio.sleep(0.05)
    assert not closing.done()
    deeds.before_ringing.set()
    await closing

    row = await stored(response)
    assert outputs(row)[0] == "The gong rang."


async def test_who_was_thought_dead_calls_nothing_more(
    owner: User, provider: ScriptedProvider, deeds: Deeds
) -> None:
    held = asyncio.Event()
    *events, end = calling(ADDITION)
    provider.will_answer(*events, held, end)
    response = await ask(owner, "How much?", chosen=ON)
    await provider.is_asked.wait()
    rows = Response.objects.filter(pk=response.pk)
    await in_database(lambda: rows.update(worker="another.1", lease=5))
    held.set()
    await until_settled()

    assert deeds.done == []
    assert len(provider.requests) == 1
