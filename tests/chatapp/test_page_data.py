"""What a page tells its scripts."""

import json
import re
from typing import Any

import pytest

from chatapp.page_data import page_data


def told(value: Any) -> Any:
    """What a script reads of it, when it has gone over the line."""
    html = page_data(value, "page").encode().decode()
    found = re.fullmatch(r'<script id="page" type="application/json">(.*)</script>', html)
    assert found
    return json.loads(found[1])


@pytest.mark.parametrize(
    "text", ["天空", "</script><!-- &amp;", "a\u2028b\0\n", 'say "\\ud83d"', "🐦"]
)
def test_a_script_reads_what_was_written(text: str) -> None:
    assert told({text: [text, None, 1.5]}) == {text: [text, None, 1.5]}


def test_half_a_pair_of_utf_16_breaks_no_page() -> None:
    assert told({"text": "a\ud83d."}) == {"text": "a\ud83d."}


def test_letters_of_every_script_and_the_structure_take_no_more_room_than_they_must() -> None:
    assert '{"a":["天空","é"],"b":null}' in page_data({"a": ["天空", "é"], "b": None}, "page")
