"""The fold over recorded streams: what each must come to, however it is read."""

import copy
import json
import random
import time

import pytest

from conversations.protocol.events import DIALECT_TYPES, TYPES, Event
from conversations.protocol.handlers import HANDLERS
from conversations.protocol.items import output_text
from conversations.protocol.snapshot import Snapshot
from tests.support.streams import NAMES, recorded


def folded(events: list[Event]) -> Snapshot:
    snapshot = Snapshot()
    for event in events:
        snapshot.apply(event)
    return snapshot


@pytest.mark.parametrize("name", NAMES)
def test_a_recorded_stream_folds_to_what_it_says(name: str) -> None:
    stream = recorded(name)
    response = folded(stream.events).response
    assert {
        "about": stream.expected["about"],
        "text": output_text(response["output"]),
        "status": response["status"],
        "output_types": [item["type"] for item in response["output"]],
        "output": response["output"],
    } == stream.expected


@pytest.mark.parametrize("name", NAMES)
def test_reading_on_the_way_changes_nothing(name: str) -> None:
    snapshot = Snapshot()
    for event in recorded(name).events:
        snapshot.apply(event)
        assert snapshot.response == snapshot.response
    assert snapshot.response["output"] == recorded(name).expected["output"]


@pytest.mark.parametrize("name", NAMES)
def test_a_fold_goes_on_from_a_stored_response_at_every_point(name: str) -> None:
    events = recorded(name).events
    whole = folded(events).response
    for at in range(len(events)):
        rebuilt = Snapshot(json.loads(json.dumps(folded(events[:at]).response)))
        for event in events[at:]:
            rebuilt.apply(event)
        assert rebuilt.response == whole


@pytest.mark.parametrize("name", NAMES)
def test_events_are_not_changed_by_the_fold(name: str) -> None:
    events = recorded(name).events
    before = copy.deepcopy(events)
    folded(events)
    assert events == before


@pytest.mark.parametrize("name", NAMES)
def test_a_response_that_was_read_never_changes(name: str) -> None:
    snapshot, seen = Snapshot(), []
    for event in recorded(name).events:
        snapshot.apply(event)
        seen.append((snapshot.response, json.dumps(snapshot.response)))
    assert all(json.dumps(response) == text for response, text in seen)


@pytest.mark.parametrize("seed", range(40))
def test_streams_spliced_and_shuffled_fold_alike_from_any_checkpoint(seed: int) -> None:
    chance = random.Random(seed)
    events = [e for name in chance.sample(NAMES, 4) for e in recorded(name).events]
    events = [e for e in events if "sequence_number" in e or chance.random() < 0.5]
    events = [e for e in events if e["type"] not in ("error", "response.completed")]
    chance.shuffle(events)
    stepwise = Snapshot()
    for event in events:
        stepwise.apply(event)
        if chance.random() < 0.3:
            stepwise = Snapshot(json.loads(json.dumps(stepwise.response)))
    assert stepwise.response == folded(events).response


def test_every_event_of_the_api_has_its_handler() -> None:
    assert len(TYPES) == 59
    assert set(HANDLERS) == TYPES | DIALECT_TYPES


def test_an_item_that_did_not_change_is_the_same_object_at_every_reading() -> None:
    snapshot = folded(recorded("reasoning_summary").events[:12])
    first = snapshot.response["output"]
    snapshot.apply(
        {"type": "response.output_text.delta", "output_index": 1, "item_id": "m", "delta": "x"}
    )
    second = snapshot.response["output"]
    assert second[0] is first[0]


def test_a_response_keeps_its_first_id() -> None:
    snapshot = Snapshot({"id": "resp_ours", "output": []})
    snapshot.apply({"type": "response.created", "response": {"id": "resp_theirs", "output": []}})
    assert snapshot.response["id"] == "resp_ours"


def test_a_response_announced_as_completed_still_takes_its_text() -> None:
    snapshot = Snapshot()
    snapshot.apply({"type": "response.created", "response": {"id": "r", "status": "completed"}})
    snapshot.apply({"type": "response.delta", "delta": "Hello"})
    assert snapshot.response["status"] == "in_progress"
    assert output_text(snapshot.response["output"]) == "Hello"


def test_usage_that_was_not_counted_is_none_and_not_zero() -> None:
    usage = folded(recorded("modelverse").events).response["usage"]
    assert usage == {"input_tokens": None, "output_tokens": None, "total_tokens": 9}


def test_created_becomes_created_at() -> None:
    response = folded(recorded("modelverse").events).response
    assert response["created_at"] == 1741476542
    assert "created" not in response


def test_an_error_has_a_code_and_a_message_at_least() -> None:
    error = folded(recorded("error_string").events).response["error"]
    assert error == {"code": "server_error", "message": "upstream connect error"}


def test_an_item_out_of_its_place_says_its_output_index_until_the_end() -> None:
    events = recorded("index_gap").events
    assert folded(events[:-1]).response["output"][1]["output_index"] == 2
    assert "output_index" not in folded(events).response["output"][1]


def test_a_delta_costs_the_same_late_in_a_long_answer() -> None:
    def seconds_for(snapshot: Snapshot, count: int) -> float:
        start = time.process_time()
        for _ in range(count):
            snapshot.apply(delta)
        return time.process_time() - start

    delta = {"type": "response.output_text.delta", "output_index": 0, "delta": "x" * 50}
    bare = {"type": "response.delta", "delta": "x" * 50}
    snapshot = Snapshot()
    early = min(seconds_for(snapshot, 2000) for _ in range(3))
    seconds_for(snapshot, 40_000)
    snapshot.apply(bare)
    late = min(seconds_for(snapshot, 2000) for _ in range(3))
    assert late < early * 10
