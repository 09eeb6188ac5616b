"""The server's own tools in what a browser sends."""

import json
from typing import Any

import pytest

from conversations.consumers.frames import BadFrame, Create, parse


def create(**fields: Any) -> Create:
    frame = parse(json.dumps({"type": "response.create", "client_key": "k", "input": "?"} | fields))
    assert isinstance(frame, Create)
    return frame


def test_tools_are_a_list_of_names() -> None:
    names = ["calculate", "current_time", "calculate"]
    assert create(settings={"functions": names}).settings == {"functions": names[:2]}


@pytest.mark.parametrize(
    "functions", ["calculate", [1], ["two words"], ["x" * 65], [f"t{n}" for n in range(65)]]
)
def test_anything_else_is_refused(functions: Any) -> None:
    with pytest.raises(BadFrame, match="names of tools"):
        create(settings={"functions": functions})


@pytest.mark.parametrize(
    ("said", "known"),
    [("Asia/Tokyo", "Asia/Tokyo"), ("Mars/Olympus", ""), ("../../etc/passwd", ""), ("", "")],
)
def test_a_time_zone_that_is_not_known_is_none(said: str, known: str) -> None:
    assert create(time_zone=said).time_zone == known
