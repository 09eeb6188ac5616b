"""Every state of an answer can be asked for by its word."""

import asyncio
import time
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import pytest

from conversations.protocol.approvals import answer
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.items import output_text
from conversations.providers.client import ProviderClient
from conversations.providers.config import GUIDE, Deadlines
from tests.providers.asking import collect
from tests.providers.guide.asking_the_guide import ask, events, guide, said


async def fails(command: str, deadlines: Deadlines | None = None) -> tuple[int, ProviderError]:
    """How many deltas came before the error, and the error."""
    config = replace(GUIDE, pace=0, deadlines=deadlines or GUIDE.deadlines)
    client = ProviderClient(config)
    seen: list[dict[str, Any]] = []
    with pytest.raises(ProviderError) as caught:
        await collect(client, seen.append, input=command)
    return sum("delta" in event for event in seen), caught.value


async def test_fail_ends_in_the_middle_with_a_failed_response() -> None:
    response = await ask(guide(), "try: fail")
    assert response["status"] == "failed"
    assert response["error"]["code"] == "server_error"
    assert output_text(response["output"])


async def test_incomplete_ends_in_the_middle_at_a_limit() -> None:
    response = await ask(guide(), "try: incomplete table")
    assert response["status"] == "incomplete"
    assert response["incomplete_details"] == {"reason": "max_output_tokens"}
    assert response["output"][0]["status"] == "incomplete"


async def test_filter_ends_in_the_middle_for_its_content() -> None:
    response = await ask(guide(), "try: filter")
    assert response["incomplete_details"] == {"reason": "content_filter"}


async def test_cut_has_no_terminal_event() -> None:
    deltas, error = await fails("try: cut")
    assert deltas > 3
    assert error.kind is ErrorKind.CUT


async def test_error_is_an_error_event_after_some_text() -> None:
    deltas, error = await fails("try: error")
    assert deltas > 3
    assert (error.kind, error.code) == (ErrorKind.SERVER, "server_error")


@pytest.mark.parametrize(("command", "has_begun"), [("try: silent", False), ("try: stall", True)])
async def test_silence_lasts_until_the_deadline(command: str, has_begun: bool) -> None:
    deltas, error = await fails(command, Deadlines(first_event=0.3, liveness=0.3))
    assert (deltas > 0) is has_begun
    assert error.kind is ErrorKind.TIMEOUT


async def test_a_silent_guide_can_be_left() -> None:
    async with aclosing(guide().stream({"model": "guide", "input": "try: silent"})) as stream:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await anext(stream)


@pytest.mark.parametrize(
    ("command", "kind"), [("try: quota", ErrorKind.QUOTA), ("try: key", ErrorKind.KEY_REFUSED)]
)
async def test_refusals_come_before_the_stream(command: str, kind: ErrorKind) -> None:
    deltas, error = await fails(command)
    assert (deltas, error.kind) == (0, kind)


async def test_a_limit_is_over_at_the_second_try(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[tuple[float, ErrorKind]] = []

    async def at_once(_: float) -> None:
        return None

    monkeypatch.setattr("conversations.providers.client.asyncio.sleep", at_once)
    stream = guide().stream(
        {"model": "guide", "input": "try: limit"},
        lambda seconds, error: waits.append((seconds, error.kind)),
    )
    assert [event async for event in stream][-1]["type"] == "response.completed"
    assert waits == [(2.0, ErrorKind.RATE_LIMITED)]


async def test_refuse_is_a_refusal_and_no_text() -> None:
    response = await ask(guide(), "try: refuse")
    assert [part["type"] for part in response["output"][0]["content"]] == ["refusal"]


async def test_reason_puts_a_summary_before_the_answer() -> None:
    response = await ask(guide(), "try: reason table")
    assert [item["type"] for item in response["output"]] == ["reasoning", "message"]
    assert response["usage"]["output_tokens_details"]["reasoning_tokens"] > 10
    assert "| Mercury |" in output_text(response["output"])


async def test_long_has_that_many_deltas() -> None:
    deltas = [event for event in await events(guide(), "try: long 300") if "delta" in event]
    assert len(deltas) == 300
    assert "".join(event["delta"] for event in deltas).split()[-1] == "300"


async def test_slow_pauses_after_each_delta_for_as_long_as_told() -> None:
    started = time.monotonic()
    await ask(guide(), "try: long 10 slow 20")
    assert 0.2 <= time.monotonic() - started < 2


async def test_fast_does_not_pause() -> None:
    client = ProviderClient(replace(GUIDE, pace=10))
    async with asyncio.timeout(5):
        assert (await ask(client, "try: fast long 1000"))["status"] == "completed"
    await client.aclose()


async def test_an_answer_has_a_pace_by_itself() -> None:
    client = ProviderClient(GUIDE)
    started = time.monotonic()
    await ask(client, "try: long 20")
    assert 0.3 <= time.monotonic() - started < 3
    await client.aclose()


async def test_samples_come_in_the_order_in_which_they_were_asked_for() -> None:
    text = await said("try: table, code and maths")
    assert text.index("Mercury") < text.index("primes") < text.index("\\int")


@pytest.mark.parametrize("command", ["try:", "try: dance", "TRY: slow dance"])
async def test_an_unknown_word_gets_the_list_of_words(command: str) -> None:
    text = await said(command)
    assert "- `try: reason`" in text
    assert ("“dance”" in text) is ("dance" in command)


async def test_a_command_is_only_one_at_the_start_of_a_message() -> None:
    assert "These are the words" not in await said("Can I try: dance")


async def test_so_many_tools_are_asked_for_and_each_decision_is_heeded() -> None:
    client = guide()
    asked = await ask(client, "try: approval 3")
    requests = [item for item in asked["output"] if item["type"] == "mcp_approval_request"]
    assert [request["name"] for request in requests] == ["roll", "flip", "roll"]
    decisions = [answer(request["id"], approve=request["name"] == "roll") for request in requests]
    response = await ask(client, decisions, previous_response_id=asked["id"])
    calls = [item for item in response["output"] if item["type"] == "mcp_call"]
    assert [call["approval_request_id"] for call in calls] == [requests[0]["id"], requests[2]["id"]]


async def test_a_decision_that_is_told_again_is_not_answered_again() -> None:
    request = {"type": "mcp_approval_request", "id": "r1", "server_label": "dice", "name": "roll"}
    told = [{"role": "user", "content": "Roll."}, request, answer("r1", approve=True)]
    assert "You allowed it" in await said(told)
    assert "You are welcome" in await said([*told, {"role": "user", "content": "Thanks!"}])
