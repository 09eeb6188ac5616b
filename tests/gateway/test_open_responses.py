"""The cases of the Open Responses suite that go over HTTP, written afresh, and all asked at once.

What its runner is strict about, the official SDK mostly is not: fields that have to be there and
have a value, and the kinds of events and items that there may be.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest

from tests.gateway.test_creating import PNG, WEATHER
from tests.support.server import Server

VALUES: dict[str, type | tuple[type, ...]] = {
    "id": str,
    "object": str,
    "created_at": int,
    "status": str,
    "model": str,
    "output": list,
    "parallel_tool_calls": bool,
    "tools": list,
    "text": dict,
    "temperature": (int, float),
    "top_p": (int, float),
    "presence_penalty": (int, float),
    "frequency_penalty": (int, float),
    "top_logprobs": int,
    "truncation": str,
    "service_tier": str,
    "store": bool,
    "background": bool,
    "metadata": dict,
    "reasoning": dict,
    "usage": dict,
}
PRESENT = (
    "completed_at",
    "error",
    "incomplete_details",
    "instructions",
    "max_output_tokens",
    "max_tool_calls",
    "previous_response_id",
    "prompt_cache_key",
    "safety_identifier",
    "tool_choice",
)
ITEMS = ("message", "function_call", "function_call_output", "reasoning", "compaction")
EVENTS = {
    "response.created",
    "response.in_progress",
    "response.completed",
    "response.output_item.added",
    "response.output_item.done",
    "response.content_part.added",
    "response.content_part.done",
    "response.output_text.delta",
    "response.output_text.done",
}


def user(content: Any) -> dict[str, Any]:
    return {"type": "message", "role": "user", "content": content}


CASES: dict[str, dict[str, Any]] = {
    "basic-response": {"input": [user("Say hello in exactly 3 words.")]},
    "assistant-phase": {
        "input": [
            {"role": "assistant", "phase": "commentary", "content": "I look it up."},
            {"role": "assistant", "phase": "final_answer", "content": "It is 4."},
            user("Thank you"),
        ]
    },
    "system-prompt": {
        "input": [{"role": "system", "content": "You are a pirate."}, user("Say hello.")]
    },
    "tool-calling": {
        "input": [user("What's the weather like in San Francisco?")],
        "tools": [WEATHER],
    },
    "image-input": {
        "input": [
            user(
                [
                    {"type": "input_text", "text": "What do you see?"},
                    {"type": "input_image", "image_url": PNG},
                ]
            )
        ]
    },
    "multi-turn": {
        "input": [
            user("My name is Alice."),
            {"type": "message", "role": "assistant", "content": "Hello Alice!"},
            user("What is my name?"),
        ]
    },
    "streaming-response": {"input": [user("Count from 1 to 5.")], "stream": True},
}


def check(response: dict[str, Any]) -> None:
    """That a response is complete, whole and as the specification has it."""
    for name, kind in VALUES.items():
        assert isinstance(response[name], kind), name
    assert set(PRESENT) <= response.keys()
    assert response["object"] == "response"
    assert response["status"] == "completed"
    assert isinstance(response["completed_at"], int)
    assert response["text"]["format"]["type"] == "text"
    assert isinstance(response["text"]["verbosity"], str)
    assert response["output"]
    for item in response["output"]:
        assert item["type"] in ITEMS
        assert item["status"] == "completed"
        for part in item.get("content") or ():
            assert isinstance(part["annotations"], list)
    assert all("strict" in tool for tool in response["tools"])
    usage = response["usage"]
    assert "cached_tokens" in usage["input_tokens_details"]
    assert "reasoning_tokens" in usage["output_tokens_details"]


def events_in(text: str) -> list[dict[str, Any]]:
    """The events of a stream, each of which is named as its type says, and its end."""
    *blocks, end, nothing = text.split("\n\n")
    assert (end, nothing) == ("data: [DONE]", "")
    events = []
    for block in blocks:
        if block.startswith(":"):
            continue
        name, data = block.split("\n")
        event = json.loads(data.removeprefix("data: "))
        assert name == f"event: {event['type']}"
        events.append(event)
    return events


@pytest.fixture(scope="module")
def answers(served: Server, keys: dict[str, str]) -> dict[str, httpx2.Response]:
    """What is answered to all cases, asked at once with one key."""
    headers = {"Authorization": f"Bearer {keys['ada']}"}

    def ask(body: dict[str, Any]) -> httpx2.Response:
        url = f"{served.url}/v1/responses"
        return httpx2.post(url, json={"model": "guide", **body}, headers=headers, timeout=50)

    with ThreadPoolExecutor(len(CASES)) as threads:
        return dict(zip(CASES, threads.map(ask, CASES.values()), strict=True))


@pytest.mark.parametrize("case", [case for case in CASES if not case.startswith("stream")])
def test_a_case_is_answered_completely(answers: dict[str, httpx2.Response], case: str) -> None:
    assert answers[case].status_code == 200
    response = answers[case].json()
    check(response)
    if case == "tool-calling":
        assert [item["type"] for item in response["output"]] == ["function_call"]
    if case == "multi-turn":
        assert "Alice" in response["output"][0]["content"][0]["text"]


def test_a_stream_has_only_events_of_the_specification(
    answers: dict[str, httpx2.Response],
) -> None:
    answer = answers["streaming-response"]
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert answer.headers["x-accel-buffering"] == "no"
    events = events_in(answer.text)
    assert {event["type"] for event in events} <= EVENTS
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    assert events[0]["type"] == "response.created"
    check(events[-1]["response"])
