"""The items of every recorded stream and of the guide, as the SDK's strictest reader takes them."""

from typing import Any

import pytest
from openai.types.conversations import ConversationItem
from pydantic import TypeAdapter

from conversations.gateway.conversation_items import TYPES
from conversations.gateway.shown import item_shown
from conversations.protocol.visibility import visible_item
from conversations.providers.guide.samples_of_items import SAMPLES
from tests.support.streams import NAMES, recorded

READER: TypeAdapter[Any] = TypeAdapter(ConversationItem)
# Its provider leaves out what the API has to say of an output.
SHORT = {"shell_call"}


def read(items: list[dict[str, Any]]) -> None:
    for at, item in enumerate(items):
        shown = item_shown(visible_item(item), "resp_1", str(at))
        if shown["type"] in TYPES:
            assert READER.validate_python(shown).type == shown["type"]


@pytest.mark.parametrize("name", [name for name in NAMES if name not in SHORT])
def test_what_a_stream_comes_to_is_read(name: str) -> None:
    read(recorded(name).expected.get("output") or [])


def test_so_is_each_kind_that_the_guide_shows() -> None:
    read(list(SAMPLES))


def test_a_picture_that_was_kept_is_named_where_its_address_was() -> None:
    picture = {"type": "image", "file": {"type": "input_image", "filename": "plot.png"}}
    missing = {"type": "image", "not_kept": "size"}
    call = {
        "type": "code_interpreter_call",
        "code": "plot()",
        "container_id": "cntr_1",
        "status": "completed",
        "outputs": [{"type": "logs", "logs": "1"}, picture, missing],
    }
    read([call])
    outputs = item_shown(call, "resp_1", "0")["outputs"]
    assert [output["logs"] for output in outputs] == ["1", "[plot.png]", "[A picture.]"]
