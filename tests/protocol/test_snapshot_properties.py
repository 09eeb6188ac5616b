"""No event may raise, whatever is in it, and a stored fold goes on as the one in memory."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.protocol.dialects import STANDARD
from conversations.protocol.events import Event
from conversations.protocol.handlers import HANDLERS
from conversations.protocol.items import output_text
from conversations.protocol.snapshot import Snapshot
from conversations.protocol.visibility import visible_event, visible_response

scalars = st.sampled_from([None, True, 0, 1, 2, 40, -1, 1.0, 0.5, "", "0", "1", "x", "text"])
types = st.sampled_from(
    [
        "message",
        "reasoning",
        "function_call",
        "text",
        "shell_call",
        "shell_call_output",
        "refusal",
        "acme",
        "mcp_call",
        "image_generation_call",
        "output_text",
        "summary_text",
        "reasoning_text",
    ]
)
statuses = st.sampled_from(["in_progress", "completed", "failed", "queued", "searching", 7])
keys = st.sampled_from(
    [
        "id",
        "text",
        "content",
        "summary",
        "output",
        "status",
        "commands",
        "annotations",
        "call_id",
        "refusal",
        "type",
        "role",
        "stdout",
        "result",
        "output_index",
        "action",
        "arguments",
    ]
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=6,
)
parts = st.fixed_dictionaries({"type": types, "text": values}, optional={"refusal": values})
items = st.fixed_dictionaries(
    {"type": types},
    optional={
        "id": st.sampled_from(["a", "b", "", None]),
        "call_id": st.sampled_from(["c1", "c2", 3]),
        "content": st.lists(parts, max_size=2) | values,
        "summary": st.lists(parts, max_size=2) | values,
        "output": values,
        "action": values,
        "status": statuses,
        "text": values,
        "output_index": scalars,
    },
)
responses = st.fixed_dictionaries(
    {},
    optional={
        "id": values,
        "status": statuses,
        "output": st.lists(items, max_size=2) | values,
        "usage": values,
        "error": values,
        "created": values,
    },
)
texts = st.sampled_from(["ab", "", "\ud83d", "é"])
events = st.fixed_dictionaries(
    {"type": st.sampled_from(sorted(HANDLERS)) | values},
    optional={
        "output_index": scalars,
        "content_index": scalars,
        "summary_index": scalars,
        "command_index": scalars,
        "annotation_index": scalars,
        "item_id": st.sampled_from(["a", "b", None, 5]),
        "delta": texts | values,
        "text": texts | values,
        "refusal": texts | values,
        "arguments": texts | values,
        "command": texts | values,
        "output": values,
        "part": parts | values,
        "annotation": values,
        "item": items | values,
        "response": responses | values,
        "error": values,
        "partial_image_b64": values,
    },
)
QUICK = settings(max_examples=40, deadline=None)


@QUICK
@given(st.lists(events, max_size=12), st.data())
def test_any_events_fold_the_same_with_readings_and_checkpoints_between(
    stream: list[Event], data: Any
) -> None:
    whole, stepwise = Snapshot(), Snapshot()
    for event in stream:
        whole.apply(event)
        stepwise.apply(event)
        if data.draw(st.booleans()):
            stepwise = Snapshot(json.loads(json.dumps(stepwise.response)))
    assert stepwise.response == whole.response
    output_text(whole.response["output"])


@QUICK
@given(values, values)
def test_any_stored_response_can_be_gone_on_with(output: Any, status: Any) -> None:
    snapshot = Snapshot({"output": output, "status": status})
    assert Snapshot(snapshot.response).response == snapshot.response


@QUICK
@given(st.sampled_from(["", "message", "error", "response.delta", "ping"]), values | events)
def test_any_message_is_read_as_an_event_with_a_type_or_as_nothing(name: str, data: Any) -> None:
    event = STANDARD.event(name, data)
    assert event is None or isinstance(event["type"], str)


@QUICK
@given(events, responses)
def test_what_is_visible_stays_the_same_when_asked_twice(
    event: Event, response: dict[str, Any]
) -> None:
    assert visible_event(visible_event(event)) == visible_event(event)
    assert visible_response(visible_response(response)) == visible_response(response)
