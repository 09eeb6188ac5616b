"""What an endpoint can be given besides words, and asked for besides an answer."""

import base64
import io
import json
import re
from collections.abc import AsyncIterator
from typing import Any

from PIL import Image

from conversations.protocol.abilities import Ability, Found, Reason
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.items import Item
from conversations.protocol.mcp import Rule, Rules, hosted_tool
from conversations.protocol.shapes import as_items
from conversations.providers.probe.asking import Probe, tried

SIDE = 64  # pixels: the smallest that every model looks at
CALL = "Which weather is it in Paris? Use the tool."
COLOUR = "Which colour is this picture? Answer with one word."
IN_FILE = "Which word is in this file? Answer with that word alone."
AS_JSON = "Paris lies in France. Name city and country."
WEATHER = {
    "type": "function",
    "name": "weather",
    "description": "The weather in a city.",
    "strict": True,
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
        "additionalProperties": False,
    },
}
# No server can have this name: whoever calls servers says that it found none there.
NOWHERE = hosted_tool("nowhere", "https://mcp.invalid/mcp", Rules(Rule.ALLOWED))
NO_SERVER = re.compile(r"tool list|mcp server|failed dependency|external.connector", re.I)
PLACE = {
    "type": "json_schema",
    "name": "place",
    "strict": True,
    "schema": {
        "type": "object",
        "properties": {"city": {"type": "string"}, "country": {"type": "string"}},
        "required": ["city", "country"],
        "additionalProperties": False,
    },
}


async def can_be_given(probe: Probe) -> AsyncIterator[Found]:
    """Each by itself: none needs another."""
    yield await tried(Ability.COUNT, _counts(probe))
    yield await tried(Ability.COMPACT, _compacts(probe))
    yield await tried(Ability.FUNCTIONS, _calls(probe))
    yield await tried(Ability.MCP, _calls_servers(probe))
    yield await tried(Ability.IMAGES, _sees(probe))
    yield await tried(Ability.FILES, _reads(probe))
    yield await tried(Ability.SCHEMA, _obeys(probe))
    yield await tried(Ability.FILE_SEARCH, _keeps_files(probe))


async def _counts(probe: Probe) -> Found:
    body = probe.body(COLOUR)
    wanted = {name: body[name] for name in ("model", "input")}
    tokens = await probe.client.count_input_tokens(wanted)
    if tokens <= 0:
        return Found(Ability.COUNT, False, Reason.SILENT, str(tokens))
    return Found(Ability.COUNT, True, Reason.SEEN)


async def _compacts(probe: Probe) -> Found:
    said = probe.body("Paris is the capital of France.")["input"]
    compacted = await probe.client.compact({"model": probe.model, "input": said})
    kinds = {str(item["type"]) for item in as_items(compacted.get("output"))}
    if "compaction" not in kinds:
        return Found(Ability.COMPACT, False, Reason.SILENT, ", ".join(sorted(kinds)))
    return Found(Ability.COMPACT, True, Reason.SEEN)


async def _calls(probe: Probe) -> Found:
    """Some take no `tool_choice` but their own: then the question has to do."""
    try:
        answered = await probe.ask(CALL, tools=[WEATHER], tool_choice="required")
    except ProviderError as error:
        if error.kind not in (ErrorKind.UNSUPPORTED_PARAMETER, ErrorKind.BAD_REQUEST):
            raise
        answered = await probe.ask(CALL, tools=[WEATHER])
    calls = [item for item in answered.response["output"] if item.get("type") == "function_call"]
    if not calls:
        return Found(Ability.FUNCTIONS, False, Reason.SILENT)
    if not isinstance(_parsed(str(calls[0].get("arguments"))), dict):
        return Found(Ability.FUNCTIONS, False, Reason.SILENT, str(calls[0].get("arguments"))[:80])
    return Found(Ability.FUNCTIONS, True, Reason.SEEN)


async def _calls_servers(probe: Probe) -> Found:
    """It fails at that, or answers all the same and tells of the tools that it did not get."""
    try:
        answered = await probe.ask(COLOUR, tools=[NOWHERE])
    except ProviderError as error:
        words = error.detail or error.message
        is_refused = error.kind is ErrorKind.UNSUPPORTED_PARAMETER
        if is_refused or not NO_SERVER.search(words):
            raise
        return Found(Ability.MCP, True, Reason.SEEN)
    if not any(item.get("type") == "mcp_list_tools" for item in answered.response["output"]):
        return Found(Ability.MCP, False, Reason.SILENT)
    return Found(Ability.MCP, True, Reason.SEEN)


async def _sees(probe: Probe) -> Found:
    picture = {"type": "input_image", "image_url": _red_square(), "detail": "low"}
    answered = await probe.ask([_message(COLOUR, picture)])
    is_seen = answered.knows("red")
    return Found(Ability.IMAGES, is_seen, Reason.SEEN if is_seen else Reason.UNSEEN)


async def _reads(probe: Probe) -> Found:
    file = {"type": "input_file", "filename": "word.pdf", "file_data": _pdf(probe.word)}
    answered = await probe.ask([_message(IN_FILE, file)])
    is_read = answered.knows(probe.word)
    return Found(Ability.FILES, is_read, Reason.SEEN if is_read else Reason.UNSEEN)


async def _obeys(probe: Probe) -> Found:
    answered = await probe.ask(AS_JSON, text={"format": PLACE})
    place = _parsed(answered.text)
    if not isinstance(place, dict) or set(place) != {"city", "country"}:
        return Found(Ability.SCHEMA, False, Reason.SILENT)
    return Found(Ability.SCHEMA, True, Reason.SEEN)


async def _keeps_files(probe: Probe) -> Found:
    """An empty store costs nothing, and is removed at once; a day later it would go by itself."""
    store = await probe.client.stores.create(days=1)
    await probe.client.stores.delete(store)
    return Found(Ability.FILE_SEARCH, True, Reason.SEEN)


def _message(said: str, part: dict[str, Any]) -> Item:
    content = [{"type": "input_text", "text": said}, part]
    return {"type": "message", "role": "user", "content": content}


def _red_square() -> str:
    file = io.BytesIO()
    Image.new("RGB", (SIDE, SIDE), (255, 0, 0)).save(file, "PNG")
    return _data_url("image/png", file.getvalue())


def _pdf(word: str) -> str:
    """A document of one page, on which the word is written."""
    drawn = f"BT /F1 48 Tf 72 700 Td ({word}) Tj ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources 6 0 R>>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(drawn), drawn),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Font<</F1 5 0 R>>>>",
    ]
    file = bytearray(b"%PDF-1.4\n")
    starts = []
    for number, written in enumerate(objects, start=1):
        starts.append(len(file))
        file += b"%d 0 obj\n%b\nendobj\n" % (number, written)
    table = len(file)
    file += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    file += b"".join(b"%010d 00000 n \n" % start for start in starts)
    file += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return _data_url("application/pdf", bytes(file))


def _data_url(media_type: str, data: bytes) -> str:
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
