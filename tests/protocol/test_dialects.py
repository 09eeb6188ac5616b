"""What the standard dialect makes of the events of any provider that means the standard."""

from typing import Any

import pytest

from conversations.protocol.dialects import DIALECTS, STANDARD
from conversations.protocol.events import TERMINAL, TYPES, is_terminal

ERROR = {"type": "error", "code": "boom", "message": "Bang.", "param": None}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("error", {"type": "error", "code": "boom", "message": "Bang.", "param": None}),
        ("error", {"code": "boom", "message": "Bang."}),
        ("error", {"type": "error", "error": {"code": "boom", "message": "Bang."}}),
        ("", {"error": {"type": "boom", "message": "Bang.", "code": None}}),
        ("error", {"error": {"code": "boom", "message": "Bang.", "param": None}}),
        ("message", {"type": "server_error", "error": {"code": "boom", "message": "Bang."}}),
    ],
)
def test_an_error_of_any_shape_is_the_same_event(name: str, data: Any) -> None:
    assert STANDARD.event(name, data) == ERROR


@pytest.mark.parametrize(
    ("name", "data"),
    [("", {"error": "Bang."}), ("error", "Bang."), ("error", {"error": "Bang."})],
)
def test_an_error_that_is_a_string_has_its_message(name: str, data: Any) -> None:
    assert STANDARD.event(name, data) == {**ERROR, "code": None}


def test_an_error_without_a_message_gets_one() -> None:
    message = "The provider reported an error."
    assert STANDARD.event("error", {}) == {**ERROR, "code": None, "message": message}


def test_an_error_with_a_number_for_a_code_has_it_as_text() -> None:
    event = STANDARD.event("", {"error": {"code": 500, "message": "Bang."}})
    assert event == {**ERROR, "code": "500"}


def test_an_error_that_is_null_is_none() -> None:
    data = {"type": "response.created", "error": None}
    assert STANDARD.event("response.created", data) is data


def test_untyped_data_has_the_name_of_its_event() -> None:
    event = STANDARD.event("response.delta", {"delta": "x"})
    assert event == {"type": "response.delta", "delta": "x"}


def test_a_typed_event_is_passed_on_as_the_same_object() -> None:
    data = {"type": "response.output_text.delta", "delta": "x"}
    assert STANDARD.event("whatever", data) is data


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("", {}),
        ("message", {"choices": []}),
        ("ping", {}),
        ("", {"type": "keepalive", "sequence_number": 1}),
        ("", None),
        ("", 5),
        ("response.delta", [1]),
    ],
)
def test_what_only_says_still_here_is_no_event(name: str, data: Any) -> None:
    assert STANDARD.event(name, data) is None


def test_the_standard_dialect_sends_a_request_as_it_is() -> None:
    assert DIALECTS["standard"].request({"model": "m"}) == {"model": "m"}


def test_only_an_event_of_a_terminal_type_is_terminal() -> None:
    assert {kind for kind in TYPES if is_terminal({"type": kind})} <= TERMINAL
    assert is_terminal({"type": "response.done"})
    assert not is_terminal({"type": "response.output_text.done"})
    assert not is_terminal({"type": ["response.done"]})
    assert not is_terminal({})


def test_modelverse_is_asked_in_the_words_of_its_documentation() -> None:
    image = {"type": "input_image", "image_url": "data:image/png;base64,AA=="}
    call = {"type": "function_call_output", "call_id": "c", "output": "4"}
    asked = {
        "model": "m",
        "max_output_tokens": 9,
        "previous_response_id": "resp-1",
        "input": [
            {"role": "user", "content": [{"type": "input_text", "text": "Hi"}, image]},
            {"role": "assistant", "content": [{"type": "output_text", "text": "Yes?"}]},
            call,
        ],
    }
    assert DIALECTS["modelverse"].request(asked) == {
        "model": "m",
        "max_tokens": 9,
        "previous_response_id": "resp-1",
        "input_items": [
            {"role": "user", "content": [{"type": "text", "text": "Hi"}, image]},
            {"role": "assistant", "content": [{"type": "text", "text": "Yes?"}]},
            call,
        ],
    }
    assert asked["max_output_tokens"] == 9, "what was given is not changed"


def test_the_other_dialects_ask_as_the_standard_does() -> None:
    body = {"model": "m", "input": "Hi"}
    for name in set(DIALECTS) - {"modelverse"}:
        assert DIALECTS[name].request(body) == body


ITEMS = [
    {"type": "message", "role": "user", "content": "Hi"},
    {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "sealed"},
    {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
    {"type": "function_call_output", "call_id": "c", "output": "4"},
    {"type": "mcp_approval_request", "id": "a", "name": "f", "arguments": "{}"},
    {"type": "mcp_approval_response", "approval_request_id": "a", "approve": True},
    {"type": "web_search_call", "id": "ws_1", "status": "completed"},
    {"role": "user", "content": "And now?"},
]
FUNCTION = {"type": "function", "name": "f", "parameters": {}}


@pytest.mark.parametrize(
    ("dialect", "sent"),
    [
        ("standard", range(8)),
        ("openrouter", range(8)),
        ("ollama", [0, 1, 2, 3, 7]),
        ("llamacpp", [0, 2, 3, 7]),
        ("huggingface", [0, 2, 3, 4, 5, 7]),
    ],
)
def test_only_items_that_it_can_read_are_sent_to_a_server(dialect: str, sent: Any) -> None:
    body = DIALECTS[dialect].request({"model": "m", "input": ITEMS})
    types = [item.get("type") for item in body["input"]]
    assert types == [ITEMS[number].get("type") for number in sent]


def test_what_was_thought_has_no_id_at_openrouter() -> None:
    reasoning = DIALECTS["openrouter"].request({"input": ITEMS})["input"][1]
    assert reasoning == {"type": "reasoning", "summary": [], "encrypted_content": "sealed"}


def test_a_question_that_is_a_text_is_sent_as_it_is() -> None:
    for name in ("ollama", "llamacpp", "huggingface", "openrouter"):
        assert DIALECTS[name].request({"input": "Hi"}) == {"input": "Hi"}


@pytest.mark.parametrize("name", ["ollama", "llamacpp"])
def test_servers_that_call_functions_alone_are_told_of_no_other_tool(name: str) -> None:
    request = DIALECTS[name].request
    assert request({"tools": [FUNCTION, {"type": "web_search"}]}) == {"tools": [FUNCTION]}
    assert request({"tools": [{"type": "web_search"}]}) == {}


@pytest.mark.parametrize(
    ("effort", "asked"), [("minimal", "low"), ("xhigh", "max"), ("high", "high"), ("none", "none")]
)
def test_ollama_is_asked_for_the_efforts_that_it_knows(effort: str, asked: str) -> None:
    body = {"reasoning": {"effort": effort, "summary": "auto"}}
    sent = DIALECTS["ollama"].request(body)
    assert sent == {"reasoning": {"effort": asked, "summary": "auto"}}
    assert body["reasoning"]["effort"] == effort, "what was given is not changed"


@pytest.mark.parametrize("name", sorted(DIALECTS))
def test_what_a_dialect_lacks_is_not_sent(name: str) -> None:
    dialect = DIALECTS[name]
    body = {"model": "m", "input": "Hi", **dict.fromkeys(dialect.lacks, "x")}
    assert not dialect.lacks & set(dialect.request(body))


def ended(name: str, **response: Any) -> Any:
    event = DIALECTS[name].event("", {"type": "response.completed", "response": response})
    assert event is not None
    return event["response"]


@pytest.mark.parametrize(
    ("most", "written", "status"),
    [
        (20, 20, "incomplete"),
        (20, 21, "incomplete"),
        (20, 19, "completed"),
        (None, 20, "completed"),
    ],
)
def test_an_answer_of_ollama_that_used_up_its_tokens_was_cut(
    most: int | None, written: int, status: str
) -> None:
    usage = {"input_tokens": 3, "output_tokens": written}
    response = ended("ollama", status="completed", max_output_tokens=most, usage=usage)
    assert response["status"] == status
    cut = {"reason": "max_output_tokens"} if status == "incomplete" else None
    assert response.get("incomplete_details") == cut


def test_an_end_without_a_usage_is_read_as_it_is() -> None:
    for name in DIALECTS:
        assert ended(name, status="completed") == {"status": "completed"}
        assert ended(name, status="completed", usage=None)["usage"] is None


def test_a_call_without_an_id_is_named_by_its_call() -> None:
    item = {"type": "function_call", "call_id": "fc_1", "name": "f", "arguments": ""}
    event = {"type": "response.output_item.added", "item": item}
    assert DIALECTS["llamacpp"].event("", event) == {**event, "item": {**item, "id": "fc_1"}}
    named = {**event, "item": {**item, "id": "x"}}
    assert DIALECTS["llamacpp"].event("", named) is named
    assert "id" not in item, "what was given is not changed"
