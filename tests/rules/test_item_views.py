"""Every type of output item that the installed SDK knows has a view of its own in the browser."""

import re
from pathlib import Path

from openai.types.responses import ResponseOutputItem

from conversations.providers.guide.samples_of_items import TYPES
from tests.support.sdk import types_of

TABLE = Path(__file__).parents[2] / "static/chat/elements/items/table.js"
# Here a type would be named that is to have the neutral card with its JSON, and why.
NEUTRAL: frozenset[str] = frozenset()
OUTPUT_ITEMS = types_of(ResponseOutputItem)


def test_each_output_item_of_the_sdk_has_its_own_view() -> None:
    shown = set(re.findall(r"^  (\w+): \w+View,$", TABLE.read_text("utf-8"), re.M))
    assert len(OUTPUT_ITEMS) >= 28
    assert shown == OUTPUT_ITEMS - NEUTRAL


def test_the_guide_shows_each_of_them() -> None:
    assert {*TYPES, "message"} == OUTPUT_ITEMS - NEUTRAL
