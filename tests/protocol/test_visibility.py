"""What leaves the server, and what does not."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conversations.protocol.events import TYPES
from conversations.protocol.items import Item
from conversations.protocol.visibility import (
    shared_response,
    visible_event,
    visible_item,
    visible_response,
)
from tests.support.streams import NAMES, recorded

MCP_TOOL = {
    "type": "mcp",
    "server_label": "crm",
    "server_url": "https://SECRET.example",
    "authorization": "SECRET",
    "headers": {"X-Key": "SECRET"},
    "allowed_tools": ["SECRET"],
}
RESPONSE_SECRETS = {
    "instructions": "SECRET",
    "tools": [MCP_TOOL],
    "tool_choice": {"type": "mcp", "server_label": "SECRET"},
    "prompt": {"id": "SECRET"},
    "metadata": {"ticket": "SECRET"},
    "safety_identifier": "SECRET",
    "prompt_cache_key": "SECRET",
    "prompt_cache_diagnostics": {"id": "SECRET"},
    "user": "SECRET",
    "conversation": {"id": "SECRET"},
    "a_field_of_tomorrow": "SECRET",
}
ITEM_SECRETS = [
    {"type": "reasoning", "summary": [], "encrypted_content": "SECRET"},
    {"type": "compaction", "encrypted_content": "SECRET"},
    {"type": "mcp_call", "authorization": "SECRET", "headers": {"X-Key": "SECRET"}},
    {"type": "tool_search_output", "tools": [MCP_TOOL, "SECRET"]},
    {"type": "additional_tools", "tools": [MCP_TOOL]},
    {"type": "shell_call", "environment": {"skills": ["SECRET"]}},
]


@pytest.mark.parametrize("field", sorted(RESPONSE_SECRETS))
@pytest.mark.parametrize(
    "kind", ["response.created", "response.queued", "response.completed", "response.failed"]
)
def test_a_secret_field_of_a_response_stays_here(kind: str, field: str) -> None:
    response = {"id": "resp_1", "status": "completed", field: RESPONSE_SECRETS[field]}
    event = visible_event({"type": kind, "sequence_number": 3, "response": response})
    assert event["response"] == {"id": "resp_1", "status": "completed"}
    assert event["sequence_number"] == 3


@pytest.mark.parametrize("item", ITEM_SECRETS, ids=lambda item: item["type"])
def test_a_secret_of_an_item_stays_here_wherever_the_item_is(item: Item) -> None:
    added = {"type": "response.output_item.added", "output_index": 0, "item": item}
    assert "SECRET" not in json.dumps(visible_event(added))
    assert "SECRET" not in json.dumps(visible_response({"output": [item], "input": [item]}))
    assert visible_item(item)["type"] == item["type"]


@pytest.mark.parametrize("item", ITEM_SECRETS, ids=lambda item: item["type"])
def test_of_secrets_a_script_may_ask_for_sealed_thoughts_alone(item: Item) -> None:
    is_thought = item["type"] == "reasoning"
    added = {"type": "response.output_item.done", "output_index": 0, "item": item}
    response = {"output": [item], "input": [item], "instructions": "SECRET"}
    for told in (visible_event(added, sealed=True), visible_response(response, sealed=True)):
        assert ("SECRET" in json.dumps(told)) == is_thought
    assert "instructions" not in visible_response(response, sealed=True)


def test_the_owner_sees_the_arguments_of_tools() -> None:
    item = {"type": "function_call", "name": "f", "arguments": '{"headers": 1}', "call_id": "c"}
    assert visible_item(item) is item


def test_a_listed_tool_keeps_what_it_is_for() -> None:
    tool = {"name": "roll", "description": "Roll dice", "input_schema": {"type": "object"}}
    item = {"type": "mcp_list_tools", "server_label": "dice", "tools": [tool]}
    assert visible_item(item) is item


def test_a_reader_gets_all_that_a_page_draws() -> None:
    response = {
        "id": "resp_1",
        "object": "response",
        "status": "completed",
        "model": "m",
        "usage": {"total_tokens": 1},
        "error": None,
        "incomplete_details": None,
        "input": [{"type": "message", "role": "user", "content": []}],
        "output": [{"type": "acme:new", "anything": 1}],
        "sequence_number": 4,
    }
    assert visible_response(response) is response


@pytest.mark.parametrize("kind", sorted(kind for kind in TYPES if kind.endswith(".delta")))
def test_a_delta_is_the_very_same_object(kind: str) -> None:
    event = {"type": kind, "sequence_number": 1, "stream_id": "resp_1", "delta": "x"}
    assert visible_event(event) is event


def test_of_an_unknown_event_only_its_place_in_the_stream_leaves() -> None:
    event = {"type": "acme:trace", "sequence_number": 9, "stream_id": "r", "headers": "SECRET"}
    visible = visible_event(event)
    assert visible == {"type": "acme:trace", "sequence_number": 9, "stream_id": "r"}


@pytest.mark.parametrize("value", [None, "SECRET", ["SECRET"]])
def test_a_response_of_the_wrong_type_does_not_leave(value: Any) -> None:
    event = visible_event({"type": "response.completed", "response": value})
    assert event == {"type": "response.completed", "response": None}


def test_an_error_leaves_with_its_code_and_message_alone() -> None:
    event = {"type": "error", "code": "c", "message": "m", "param": None, "body": "SECRET"}
    assert visible_event(event) == {"type": "error", "code": "c", "message": "m", "param": None}


@pytest.mark.parametrize("name", NAMES)
def test_no_recorded_stream_lets_its_instructions_out(name: str) -> None:
    for event in recorded(name).events:
        text = json.dumps(visible_event(event))
        assert "instructions" not in text
        assert "encrypted_content" not in text


def test_of_the_text_asked_for_only_its_form_leaves() -> None:
    form = {"type": "json_schema", "name": "secret plan", "schema": {"description": "for us"}}
    shown = visible_response({"text": {"format": form, "verbosity": "low"}})
    assert shown == {"text": {"format": {"type": "json_schema"}}}
    assert visible_response({"text": "json"}) == {"text": None}
    plain = {"text": {"format": {"type": "text"}}}
    assert visible_response(plain) is plain


plain = st.none() | st.booleans() | st.integers() | st.text("abc", max_size=3)
names = st.sampled_from(["content", "text", "tools", "instructions", "result", "outputs"])
nested = st.recursive(
    plain,
    lambda some: st.lists(some, max_size=3) | st.dictionaries(names, some, max_size=3),
    max_leaves=8,
)
kinds = ["message", "compaction", "compaction_trigger", "additional_tools", "mcp_list_tools"]
items = st.builds(
    lambda fields, kind, role: {**fields, "type": kind, "role": role, "text": role or ""},
    st.dictionaries(names, nested, max_size=4),
    st.sampled_from(kinds),
    st.sampled_from(["user", "assistant", "developer", "system", None]),
)
anything = st.lists(items | nested, max_size=5) | nested


@settings(suppress_health_check=[HealthCheck.too_slow])  # on a machine with other work
@given(anything, anything, nested)
def test_whatever_stands_in_a_response_a_link_shows_no_instructions(
    asked: Any, answered: Any, told: Any
) -> None:
    secret = {"instructions": told, "settings": {"instructions": told}, "memory": told}
    shown = shared_response({"input": asked, "output": answered, **secret})
    written = json.dumps(shown)
    assert '"instructions"' not in written.replace('\\"', "")
    assert '"role": "developer"' not in written
    assert '"role": "system"' not in written


def test_what_a_tool_gave_is_not_shared() -> None:
    call = {"type": "function_call", "call_id": "a", "name": "search", "arguments": "{}"}
    gave = {"type": "function_call_output", "call_id": "a", "output": "Of another conversation."}
    shown = shared_response({"input": [], "output": [call, gave]})
    assert shown["output"] == [call, {**gave, "output": ""}]


def test_what_a_provider_was_given_by_a_server_is_not_shared_in_either_direction() -> None:
    call = {"type": "mcp_call", "server_label": "crm", "name": "find", "arguments": "{}"}
    gave = {**call, "status": "completed", "output": "PRIVATE", "error": None}
    failed = {**call, "output": None, "error": {"message": "PRIVATE", "code": 503}}
    shown = shared_response({"input": [gave], "output": [gave, failed]})
    bare = {**call, "status": "completed", "output": ""}
    assert shown == {"input": [bare], "output": [bare, {**call, "status": "failed", "output": ""}]}


def test_what_a_search_of_files_has_found_is_not_shared_nor_which_file_is_cited() -> None:
    result = {"file_id": "file-1", "text": "Of a folder.", "attributes": {"attachment": "file_1"}}
    search = {"type": "file_search_call", "id": "fs_1", "queries": ["owls"], "results": [result]}
    cited = {"type": "file_citation", "file_id": "file-1", "filename": "birds.pdf", "index": 3}
    part = {"type": "output_text", "text": "Hoo.", "annotations": [cited]}
    said = {"type": "message", "role": "assistant", "content": [part]}
    own = {**part, "annotations": [{**cited, "attachment_id": "file_1"}]}
    shown = shared_response({"output": [search, {**said, "content": [own]}]})
    unnamed = {key: value for key, value in cited.items() if key != "filename"}
    told = {**said, "content": [{**part, "annotations": [unnamed]}]}
    assert shown["output"] == [{**search, "results": None}, told]
    assert shared_response({"output": [said]})["output"] == [said]


def test_what_was_said_is_shared_as_it_is() -> None:
    said = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hi"}]}
    assert shared_response({"input": [said], "output": [said]}) == {
        "input": [said],
        "output": [said],
    }
