"""The provider's responses that an answer with calls is made of."""

from typing import Any

import pytest

from conversations.protocol.functions import Call, calls_in, open_calls_in, output_of
from conversations.protocol.rounds import (
    begun_at,
    closing,
    ended_last,
    is_between,
    is_last,
    is_whole,
    last_usage,
    next_index,
    of_answer,
    total_usage,
    with_end,
    with_next,
)

CALL = {
    "type": "function_call",
    "call_id": "a",
    "name": "add",
    "arguments": "{}",
    "status": "completed",
}
OUTPUT = {"type": "function_call_output", "call_id": "a", "output": "3", "status": "completed"}
SAID = {"type": "message", "role": "assistant", "status": "completed", "content": []}


def usage(tokens: int | None, cached: int = 0) -> dict[str, Any]:
    return {
        "input_tokens": tokens,
        "input_tokens_details": {"cached_tokens": cached},
        "output_tokens": tokens,
        "total_tokens": None if tokens is None else 2 * tokens,
        "service_tier": "default",
    }


def test_an_answer_that_called_nothing_has_no_rounds() -> None:
    assert begun_at([]) == 0
    assert not is_between([])
    assert ended_last([]) is None


def test_rounds_end_and_the_next_begins_behind_what_the_calls_gave() -> None:
    rounds = with_end([], 2, "upstream_1", usage(10))
    assert is_between(rounds)
    assert ended_last(rounds) == rounds[0]

    rounds = with_next(rounds, 4)
    assert begun_at(rounds) == 4
    assert not is_between(rounds)
    assert not is_last(rounds)
    assert ended_last(rounds) == rounds[0]

    rounds = with_next(with_end(rounds, 5, "upstream_2", None), 6, last=True)
    assert [one.get("upstream_id") for one in rounds] == ["upstream_1", "upstream_2", None]
    assert is_last(rounds)


def test_usage_is_the_sum_of_what_was_reported() -> None:
    rounds = with_next(with_end([], 2, "upstream_1", usage(10, cached=4)), 4)

    assert total_usage(rounds, usage(20, cached=5)) == {
        "input_tokens": 30,
        "input_tokens_details": {"cached_tokens": 9},
        "output_tokens": 30,
        "total_tokens": 60,
        "service_tier": "default",
    }
    assert total_usage(rounds, None) == usage(10, cached=4)
    assert total_usage(with_end(rounds, 5, "upstream_2", usage(20)), usage(99)) is not None
    assert total_usage(with_end(rounds, 5, "upstream_2", usage(20)), 1)["input_tokens"] == 30
    assert total_usage([], None) is None
    assert total_usage([], usage(3)) == usage(3)


def test_what_was_not_counted_in_one_round_is_what_was_in_the_others() -> None:
    rounds = with_next(with_end([], 2, "upstream_1", usage(None)), 4)

    assert total_usage(rounds, usage(20))["input_tokens"] == 20


def test_the_context_is_what_the_last_round_reports() -> None:
    rounds = with_end(with_next(with_end([], 2, "1", usage(10)), 4), 5, "2", usage(20))

    assert last_usage(rounds, usage(30)) == usage(20)
    assert last_usage([], usage(30)) == usage(30)


def test_events_of_a_later_round_are_of_the_items_behind_the_earlier_ones() -> None:
    delta = {"type": "response.output_text.delta", "output_index": 1, "delta": "x"}

    assert of_answer(delta, [CALL, OUTPUT], 2)["output_index"] == 3
    assert of_answer(delta, [], 0) is delta
    end = {"type": "response.completed", "response": {"status": "completed", "output": [SAID]}}
    assert of_answer(end, [CALL, OUTPUT], 2)["response"]["output"] == [CALL, OUTPUT, SAID]
    blank = {"type": "response.completed", "response": {"status": "completed", "output": []}}
    assert of_answer(blank, [CALL, OUTPUT], 2) is blank


def test_the_next_index_heeds_gaps() -> None:
    assert next_index([]) == 0
    assert next_index([CALL, OUTPUT]) == 2
    assert next_index([CALL, {**OUTPUT, "output_index": 5}]) == 6


def end_of(*items: dict[str, Any], **fields: Any) -> dict[str, Any]:
    response = {"status": "completed", "output": list(items), **fields}
    return {"type": "response.completed", "response": response}


def test_what_is_known_is_not_told_again() -> None:
    assert closing([SAID, CALL], 0, end_of(SAID, CALL)) == []
    assert closing([SAID, CALL], 0, end_of()) == []


def test_the_end_settles_what_was_open() -> None:
    begun = {**CALL, "arguments": "", "status": "in_progress"}

    (told,) = closing([OUTPUT, begun], 1, end_of(CALL))
    assert (told["type"], told["output_index"]) == ("response.output_item.done", 1)
    assert told["item"] == CALL


def test_a_call_of_whose_end_nothing_is_known_is_incomplete_and_a_message_is_not() -> None:
    open_call, open_message = {**CALL, "status": "in_progress"}, {**SAID, "status": "in_progress"}

    told = closing([open_call, open_message], 0, end_of())
    assert [event["item"]["status"] for event in told] == ["incomplete", "completed"]


def test_what_was_not_streamed_comes_behind_and_nothing_twice() -> None:
    thought = {"type": "reasoning", "summary": []}

    (told,) = closing([SAID, CALL], 0, end_of(thought, SAID, CALL))
    assert (told["output_index"], told["item"]["type"]) == (2, "reasoning")


@pytest.mark.parametrize(
    ("event", "whole"),
    [
        (end_of(), True),
        ({"type": "response.done", "response": {}}, True),
        (end_of(status="incomplete"), False),
        ({"type": "response.failed", "response": {}}, False),
        ({"type": "error"}, False),
    ],
)
def test_only_a_whole_round_calls_anything(event: dict[str, Any], whole: bool) -> None:
    assert is_whole(event) is whole


def test_calls_are_open_until_an_output_behind_them() -> None:
    again = {**CALL, "name": "again"}

    assert [call.name for call in open_calls_in([CALL, OUTPUT, again], 2)] == ["again"]
    assert open_calls_in([CALL, OUTPUT]) == []
    assert [call.at for call in calls_in([SAID, CALL])] == [1]


@pytest.mark.parametrize("status", [None, "completed", "incomplete", "in_progress"])
def test_only_a_call_that_was_finished_is_whole(status: str | None) -> None:
    (call,) = calls_in([{**CALL, "status": status}])

    assert call.whole is (status in (None, "completed"))


def test_a_call_may_lack_everything() -> None:
    assert calls_in([{"type": "function_call"}]) == [Call(0, "", "", "", whole=True)]
    assert output_of(Call(0, "a", "", "", whole=True), "fco_1")["call_id"] == "a"
