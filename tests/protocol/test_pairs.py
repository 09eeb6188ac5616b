"""Which output answers which call, also where a provider uses its ids again."""

from typing import Any

from conversations.protocol.items import Item, user_message
from conversations.protocol.pairs import answered_by, open_calls, paired_items

HELLO = user_message("Hello")


def call(arguments: str, call_id: str = "c", kind: str = "function_call") -> Item:
    return {"type": kind, "call_id": call_id, "name": "f", "arguments": arguments}


def output(said: str, call_id: str = "c", kind: str = "function_call_output") -> Item:
    return {"type": kind, "call_id": call_id, "output": said}


def ids(items: list[Item]) -> list[Any]:
    return [item["call_id"] for item in items if "call_id" in item]


def test_an_id_that_is_used_again_names_another_call_in_each_answer() -> None:
    items = [HELLO, call("1"), output("one"), HELLO, call("2"), output("two")]
    assert answered_by(items) == {2: 1, 5: 4}


def test_of_several_calls_at_once_the_first_is_answered_first() -> None:
    assert answered_by([call("1"), call("2"), output("one"), output("two")]) == {2: 0, 3: 1}


def test_a_call_that_was_left_open_is_not_answered_by_a_later_ones_output() -> None:
    items = [HELLO, call("1"), HELLO, call("2"), output("two")]
    assert answered_by(items) == {4: 3}
    assert open_calls(items) == {1}


def test_an_output_may_follow_what_was_said_meanwhile() -> None:
    assert answered_by([call("1"), HELLO, output("one")]) == {2: 0}


def test_an_output_answers_a_call_of_its_own_kind_alone() -> None:
    assert answered_by([call("1"), output("one", kind="custom_tool_call_output")]) == {}


def test_calls_that_are_sent_again_are_told_apart_with_their_outputs() -> None:
    history = [HELLO, call("1"), output("one"), HELLO, call("2"), output("two"), HELLO, call("3")]
    told, new = paired_items(history, [output("three")])
    assert ids(told) == ["c", "c", "c_2", "c_2", "c_3"]
    assert ids(new) == ["c_3"]
    assert history[4]["call_id"] == "c", "what was given is not changed"


def test_a_name_that_is_made_is_no_other_calls() -> None:
    history = [
        *(call("1", "c"), output("", "c"), call("2", "c_2"), output("", "c_2")),
        *(call("3", "c"), output("", "c")),
    ]
    assert ids(paired_items(history, [])[0]) == ["c", "c", "c_2", "c_2", "c_3", "c_3"]


def test_what_is_no_id_at_all_disturbs_nobody() -> None:
    odd = [{"type": ["function_call"]}, {**call("1"), "call_id": ["c"]}, {"call_id": 5}]
    told, _ = paired_items(odd, [])
    assert told == [odd[0], odd[2]]


def test_halves_are_left_out_of_what_is_told_and_not_of_what_is_said() -> None:
    told, new = paired_items([output("lost", "a"), HELLO, call("1")], [output("more", "b")])
    assert told == [HELLO]
    assert ids(new) == ["b"]
