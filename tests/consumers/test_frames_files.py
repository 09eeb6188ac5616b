"""Files in what a browser sends: by their ids alone."""

import json
from typing import Any

import pytest

from conversations.consumers.frames import BadFrame, Create, Update, parse


def create(*parts: dict[str, Any]) -> str:
    message = {"type": "message", "role": "user", "content": list(parts)}
    return json.dumps({"type": "response.create", "client_key": "k", "input": [message]})


def test_a_message_of_files_alone_asks_something() -> None:
    frame = parse(create({"type": "input_image", "file_id": "file_1"}))
    assert isinstance(frame, Create)
    assert frame.items()[0]["content"] == [{"type": "input_image", "file_id": "file_1"}]


@pytest.mark.parametrize(
    "part",
    [
        {"type": "input_image", "image_url": "https://elsewhere.example/x.png"},
        {"type": "input_image", "file_id": "file_1", "image_url": "data:image/png;base64,AA"},
        {"type": "input_file", "file_url": "file:///etc/passwd"},
        {"type": "input_file", "file_id": "file_1", "file_data": "AA"},
        {"type": "input_audio", "file_id": "file_1"},
    ],
)
def test_48_neither_addresses_nor_bytes_are_taken(part: dict[str, Any]) -> None:
    with pytest.raises(BadFrame):
        parse(create(part))


def test_a_waiting_message_is_changed_with_its_files() -> None:
    message = {"role": "user", "content": [{"type": "input_file", "file_id": "file_1"}]}
    frame = parse(json.dumps({"type": "response.update", "response_id": "r", "input": [message]}))
    assert isinstance(frame, Update)
    assert frame.items()[0]["content"][0]["file_id"] == "file_1"
