"""What the guide can say about images and files: what they are, not what they show."""

import base64
import re
import struct
from typing import Any

from conversations.providers.guide.ask import Ask
from conversations.providers.guide.signs import TIMES

UNITS = ("bytes", "KiB", "MiB")


def seen_in(ask: Ask) -> str | None:
    """A sentence for each image and file of this request's input, or None when it has none."""
    parts = [
        part
        for item in ask.input
        if isinstance(item.get("content"), list)
        for part in item["content"]
    ]
    lines = [line for part in parts if (line := _described(part))]
    if not lines:
        return None
    listing = "\n".join(f"- {line}" for line in lines)
    return f"I can't see, but I can tell what I was sent:\n\n{listing}"


def _described(part: dict[str, Any]) -> str | None:
    if part.get("type") == "input_image":
        return _source("An image", part.get("image_url"), part.get("file_id"))
    if part.get("type") == "input_file":
        name = part.get("filename")
        source = part.get("file_data") or part.get("file_url")
        return _source(f"The file “{name}”" if name else "A file", source, part.get("file_id"))
    return None


def _source(what: str, source: Any, file_id: Any) -> str:
    if isinstance(source, str) and source.startswith("data:"):
        return f"{what}, {_data(source)}."
    if isinstance(source, str):
        host = re.match(r"https?://([^/?#\s]+)", source)
        return f"{what} at {host[1] if host else 'an address'}, which I do not open."
    return f"{what} with the id {file_id}." if file_id else f"{what} without a source."


def _data(url: str) -> str:
    head, _, body = url.partition(",")
    media_type = head.removeprefix("data:").split(";")[0] or "of unknown type"
    try:
        content = base64.b64decode(body)
    except ValueError:
        return f"{media_type}, damaged"
    size = _dimensions(content)
    return ", ".join(filter(None, [media_type, size, _bytes(len(content))]))


def _dimensions(content: bytes) -> str:
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
    elif content[:6] in (b"GIF87a", b"GIF89a") and len(content) >= 10:
        width, height = struct.unpack("<HH", content[6:10])
    else:
        return ""
    return f"{width} {TIMES} {height} pixels"


def _bytes(size: int) -> str:
    amount = float(size)
    for unit in UNITS:
        if amount < 1024 or unit == UNITS[-1]:
            break
        amount /= 1024
    return f"{amount:.0f} {unit}" if unit == "bytes" else f"{amount:.1f} {unit}"
