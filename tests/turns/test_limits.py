"""The pictures that the calls of one answer may give."""

import pytest

from conversations.protocol.functions import OUTPUT, picture_part
from conversations.tools.running import Result
from conversations.turns import limits
from conversations.turns.limits import Room

SMALL, LARGE = "data:image/png;base64,AAAA", "data:image/png;base64," + "A" * 400


@pytest.fixture(autouse=True)
def _bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_PICTURES", 3)
    monkeypatch.setattr(limits, "MOST_PICTURE_BYTES", 300)


def gave(*pictures: str, text: str = "Look:") -> Result:
    return Result(text, len(text), pictures=pictures)


def test_what_there_is_room_for_is_as_it_was() -> None:
    result = gave(SMALL, SMALL, SMALL)
    assert Room([]).bounded(result) is result


def test_of_more_than_an_answer_holds_the_first_are_kept_and_the_rest_is_told() -> None:
    room = Room([])
    room.bounded(gave(SMALL, SMALL))
    bounded = room.bounded(gave(SMALL, SMALL, SMALL))
    told = "Look:\n\n" + limits.TOO_MANY.format(count=2)
    assert (bounded.output, list(bounded.pictures), bounded.size) == (told, [SMALL], 5)
    assert room.bounded(gave(SMALL, text="")).told == limits.TOO_MANY.format(count=1)


def test_one_that_is_too_large_for_what_is_left_leaves_room_for_a_smaller_one() -> None:
    assert list(Room([]).bounded(gave(LARGE, SMALL)).pictures) == [SMALL]


def test_what_stands_in_the_answer_already_is_counted() -> None:
    before = {"type": OUTPUT, "output": [picture_part(SMALL), picture_part(SMALL), "garbage", {}]}
    room = Room([{"type": OUTPUT, "output": "text"}, before, {"type": "message", "content": []}])
    assert list(room.bounded(gave(SMALL, SMALL)).pictures) == [SMALL]
