"""JSON from strangers is either safe to pass on or refused."""

from typing import Any

import pytest

from conversations.protocol.jsontext import MAX_DEPTH, BadJSON, dumps, loads


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "NaN",
        '{"a": Infinity}',
        "[-Infinity]",
        "1e999",
        "9" * 5000,
        "[" * 100_000,
        '{"a":' * 50_000,
        "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1),
        '"raw\nline"',
        "[DONE]",
    ],
    ids=lambda text: text[:12] or "nothing",
)
def test_what_cannot_be_passed_on_is_refused(text: str) -> None:
    with pytest.raises(BadJSON):
        loads(text)


def test_bad_json_is_a_value_error() -> None:
    assert issubclass(BadJSON, ValueError)


def test_nesting_up_to_the_limit_is_taken() -> None:
    assert loads("[" * MAX_DEPTH + "]" * MAX_DEPTH)


def test_nul_is_dropped_and_lone_surrogates_are_replaced_in_keys_too() -> None:
    assert loads(r'{"a\u0000b\ud800": ["\udfff", "x\u0000"]}') == {"ab\ufffd": ["\ufffd", "x"]}


def test_a_pair_of_surrogates_is_one_character() -> None:
    assert loads(r'"\ud83d\ude00"') == "😀"


def test_a_raw_lone_surrogate_is_replaced() -> None:
    assert loads('"\ud800"') == "\ufffd"


def test_an_escaped_backslash_before_u0000_is_text() -> None:
    assert loads(r'"\\u0000"') == r"\u0000"


def test_bytes_are_utf_8_and_broken_ones_are_replaced() -> None:
    assert loads('"é"'.encode()) == "é"
    assert loads(b'"\xff"') == "\ufffd"
    assert loads(b"\xef\xbb\xbf1") == 1


def test_what_is_written_is_compact_and_readable() -> None:
    assert dumps({"a": [1, "é"]}) == '{"a":[1,"é"]}'


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}, b"x"])
def test_what_json_cannot_say_is_not_written(value: Any) -> None:
    with pytest.raises(BadJSON):
        dumps(value)
