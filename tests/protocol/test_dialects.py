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
    for name in ("standard", "azure"):
        assert DIALECTS[name].request(body) == body
