"""Every type of output item that the installed SDK knows has a view of its own in the browser."""

import re
import typing
from collections.abc import Iterator
from pathlib import Path

from openai.types.responses import ResponseOutputItem
from pydantic import BaseModel

from conversations.providers.guide.samples_of_items import TYPES

TABLE = Path(__file__).parents[2] / "static/chat/elements/items/table.js"
# Here a type would be named that is to have the neutral card with its JSON, and why.
NEUTRAL: frozenset[str] = frozenset()


def output_item_types() -> set[str]:
    """The types of the SDK's union."""
    return {
        typing.get_args(model.model_fields["type"].annotation)[0]
        for model in _models(ResponseOutputItem)
    }


def test_each_output_item_of_the_sdk_has_its_own_view() -> None:
    shown = set(re.findall(r"^  (\w+): \w+View,$", TABLE.read_text("utf-8"), re.M))
    assert len(output_item_types()) >= 28
    assert output_item_types() - NEUTRAL == shown


def test_the_guide_shows_each_of_them() -> None:
    assert {*TYPES, "message"} == output_item_types() - NEUTRAL


def _models(union: object) -> Iterator[type[BaseModel]]:
    for part in typing.get_args(union):
        if isinstance(part, type) and issubclass(part, BaseModel):
            yield part
        elif typing.get_args(part):
            yield from _models(part)
