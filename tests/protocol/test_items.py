"""Items, ids and errors: the small words of the protocol."""

import re
import time
from typing import Any

import pytest

from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.ids import new_id
from conversations.protocol.items import as_items, input_text, output_text


def test_a_text_is_one_message_of_the_user() -> None:
    assert as_items("Hello") == [
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hello"}]}
    ]


def test_the_short_form_of_a_message_is_spelled_out() -> None:
    [user, assistant] = as_items(
        [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hi"}]
    )
    assert user == as_items("Hello")[0]
    assert assistant["content"] == [{"type": "output_text", "text": "Hi"}]


def test_other_items_are_copied_as_they_are() -> None:
    item = {"type": "item_reference", "id": "x"}
    [copy] = as_items([item])
    assert copy == item
    assert copy is not item


@pytest.mark.parametrize("given", [None, 5, b"x", {"role": "user"}, ["x"], [None]])
def test_what_is_no_input_is_refused(given: Any) -> None:
    with pytest.raises(ValueError, match="text or a list"):
        as_items(given)


def test_the_texts_of_a_person_are_joined_by_a_blank_line() -> None:
    assert input_text([*as_items("One"), {"type": "acme"}, *as_items("Two")]) == "One\n\nTwo"
    assert input_text(as_items([{"role": "developer", "content": "Hidden"}])) == ""


def test_the_parts_of_an_answer_follow_each_other_and_its_messages_a_blank_line() -> None:
    first = [{"type": "output_text", "text": "a"}, {"type": "refusal", "refusal": "b"}, None]
    second = [{"type": "output_text", "text": "c"}, {"type": "output_text", "text": 5}]
    messages = [{"type": "message", "content": content} for content in (first, second, None, [])]
    assert output_text([*messages, {"type": "reasoning", "content": second}]) == "ab\n\nc"


def test_an_id_has_its_time_and_128_random_bits() -> None:
    before = time.time_ns() // 1000
    made = new_id("resp")
    assert re.fullmatch(r"resp_[0-9a-f]{46}", made)
    assert before <= int(made[5:19], 16) <= time.time_ns() // 1000


def test_ids_differ_and_sort_by_age() -> None:
    early = new_id("resp")
    time.sleep(0.002)
    assert early < new_id("resp")
    assert len({new_id("conv") for _ in range(1000)}) == 1000


def test_a_providers_error_is_told_in_the_apis_shape() -> None:
    error = ProviderError(ErrorKind.TIMEOUT, "The provider did not answer in time.", detail="x")
    assert error.as_error() == {
        "code": "timeout",
        "message": "The provider did not answer in time.",
    }
    coded = ProviderError(ErrorKind.QUOTA, "Used up.", code="insufficient_quota", status=429)
    assert coded.as_error()["code"] == "insufficient_quota"
    assert str(coded) == "Used up."
