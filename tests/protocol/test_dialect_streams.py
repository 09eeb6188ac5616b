"""Every provider's stream of an answer comes to what the standard's stream of it comes to."""

from typing import Any

import pytest

from conversations.protocol.dialects import DIALECTS
from conversations.protocol.items import output_text
from conversations.protocol.snapshot import Snapshot
from tests.support.streams import OF_DIALECTS, recorded

COUNTED = {"input_tokens": 31, "output_tokens": 24, "total_tokens": 55}
UNCOUNTED = dict.fromkeys(COUNTED)


def folded(name: str) -> Snapshot:
    snapshot = Snapshot()
    for event in recorded(name).events:
        snapshot.apply(event)
    return snapshot


def meaning(item: dict[str, Any]) -> Any:
    """What an item says, wherever its provider has written it."""
    match item["type"]:
        case "message":
            return "message", item["role"], [part["text"] for part in item["content"]]
        case "reasoning":
            parts = [*item["summary"], *item.get("content", [])]
            return "reasoning", "".join(part["text"] for part in parts)
        case "function_call":
            return "function_call", item["name"], item["arguments"]
    raise AssertionError(item)


def test_every_dialect_is_recorded_with_a_text_and_with_calls() -> None:
    answers = {f"dialects/{name}_{kind}" for name in DIALECTS for kind in ("text", "calls")}
    assert set(OF_DIALECTS) == answers


@pytest.mark.parametrize("name", OF_DIALECTS)
def test_a_providers_stream_comes_to_the_standards_items(name: str) -> None:
    expected = recorded(name).expected
    response = folded(name).response
    standard = folded(f"dialects/standard_{expected['answer']}").response
    lacks = expected.get("lacks", [])
    assert response["status"] == "completed"
    assert output_text(response["output"]) == output_text(standard["output"])
    assert [meaning(item) for item in response["output"]] == [
        meaning(item) for item in standard["output"] if item["type"] not in lacks
    ]


@pytest.mark.parametrize("name", [name for name in OF_DIALECTS if "modelverse" not in name])
def test_everything_is_in_its_place_before_the_end_says_so(name: str) -> None:
    snapshot = Snapshot()
    for event in recorded(name).events[:-1]:
        snapshot.apply(event)
    streamed = [meaning(item) for item in snapshot.response["output"]]
    assert streamed == [meaning(item) for item in folded(name).response["output"]]


@pytest.mark.parametrize("name", OF_DIALECTS)
def test_calls_can_be_told_apart_and_are_done(name: str) -> None:
    calls = [item for item in folded(name).response["output"] if item["type"] == "function_call"]
    assert len({call["call_id"] for call in calls}) == len(calls)
    assert all(call.get("status", "completed") == "completed" for call in calls)


@pytest.mark.parametrize("name", OF_DIALECTS)
def test_what_nobody_counted_is_not_known(name: str) -> None:
    usage = folded(name).response["usage"]
    counted = {
        "unknown": UNCOUNTED,
        "total": {**UNCOUNTED, "total_tokens": 55},
    }.get(recorded(name).expected.get("usage", ""), COUNTED)
    assert {key: usage[key] for key in COUNTED} == counted
    if recorded(name).expected["dialect"] in ("ollama", "sglang", "huggingface"):
        assert not {"input_tokens_details", "output_tokens_details"} & set(usage)


@pytest.mark.parametrize("name", OF_DIALECTS)
def test_text_is_there_as_soon_as_it_streams(name: str) -> None:
    snapshot, seen = Snapshot(), []
    for event in recorded(name).events:
        snapshot.apply(event)
        seen.append(output_text(snapshot.response["output"]))
    whole = seen[-1]
    assert all(whole.startswith(text) for text in seen)
    assert not whole or len(set(seen)) > 1
