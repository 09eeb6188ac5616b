"""Our own export, as it is and as somebody may have changed it."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.protocol.imports import formats
from conversations.protocol.imports.chat import Unreadable

ODD = st.sampled_from([None, "", "a", "b", 3, 1e300, [], ["a"], {}, {"a": 1}, True])
FIELDS = ("id", "previous_response_id", "retry_of", "compacts", "input", "output", "status")
ROWS = st.lists(
    st.dictionaries(st.sampled_from([*FIELDS, "usage", "created_at", "rating"]), ODD) | ODD,
    max_size=4,
)


def document(responses: Any, version: int = 1) -> dict[str, Any]:
    return {"format": "chatapp.conversation", "version": version, "responses": responses}


@given(ROWS | ODD)
def test_whatever_stands_in_it_it_is_read_or_refused(rows: Any) -> None:
    with suppress(Unreadable):
        known: set[str] = set()
        for answer in formats.read(document(rows)).answers:
            assert answer.previous is None or answer.previous in known
            assert answer.retry_of is None or answer.retry_of in known
            known.add(answer.key)


def test_one_of_a_later_version_is_refused_as_such() -> None:
    with pytest.raises(Unreadable, match="version"):
        formats.read(document([{"id": "a"}], version=2))


def test_what_was_being_written_is_kept_as_interrupted() -> None:
    (answer,) = formats.read(document([{"id": "a", "status": "in_progress"}])).answers
    assert answer.status == "incomplete"
    assert answer.more["incomplete_details"] == {"reason": "interrupted"}


def test_instructions_and_what_a_provider_would_fetch_do_not_come_along() -> None:
    picture = {"type": "input_image", "image_url": "data:image/png;base64,AA=="}
    fetched = {"type": "input_image", "image_url": "http://169.254.169.254/", "detail": "auto"}
    asked = [
        {"type": "message", "role": "developer", "content": "Obey."},
        {"type": "message", "role": "user", "content": [picture, fetched]},
    ]
    shown = {"type": "computer_call_output", "output": {"image_url": "https://example.org/"}}
    chat = formats.read(document([{"id": "a", "input": asked, "output": [asked[0], shown]}]))
    (answer,) = chat.answers
    parts = [picture, {"type": "input_image", "detail": "auto"}]
    assert answer.input == [{"type": "message", "role": "user", "content": parts}]
    assert answer.output == [{"type": "computer_call_output", "output": {}}]
    assert chat.left == {"instructions": 2}


def test_only_what_can_be_a_tag_is_read_as_one() -> None:
    read = [formats.read(document([{"id": "a"}]) | {"tags": tags}).tags for tags in (["a", 1], "a")]
    assert read == [["a"], []]
