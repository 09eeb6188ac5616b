"""Files in messages: as they are stored, without their bytes, and as a provider is sent them.

A stored part is the API's, with our own file's id and what a reader is shown of it:
`{"type": "input_image", "file_id": "file_…", "filename": "cat.png", "size": 1234, "width": …}`.
"""

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conversations.protocol.items import Item, assistant_message
from conversations.protocol.made import is_drawn

PARTS = ("input_image", "input_file")
LISTS = ("content", "output")  # where an item has them
# Providers take some 50 MB in one request, in which bytes are written with a third more letters.
MAX_SENT = 36 * 1024 * 1024
MAX_TEXT_SENT = 400_000
UNREADABLE = "application/octet-stream"
GIVEN = "These files belong to the folder that this conversation is in:"


@dataclass(frozen=True)
class File:
    """A file as it can be sent: its bytes are read when they are needed."""

    name: str
    media_type: str
    size: int
    read: Callable[[], bytes]
    text: str = ""
    is_cut: bool = False
    width: int | None = None
    height: int | None = None
    pages: int | None = None


def file_parts(items: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """The parts of `items`, of messages and of what calls gave, that are files of ours."""
    for item in items:
        for field in LISTS if isinstance(item, Mapping) else ():
            for part in item[field] if isinstance(item.get(field), list) else ():
                if _is_ours(part):
                    yield part


def with_parts(item: Item, replaced: Callable[[dict[str, Any]], dict[str, Any]]) -> Item:
    """The item with what stands for each of its files of ours; the same where it has none."""
    if not any(True for _ in file_parts([item])):
        return item
    new = dict(item)
    for field in LISTS:
        if isinstance(new.get(field), list):
            new[field] = [replaced(part) if _is_ours(part) else part for part in new[field]]
    return new


def file_ids(items: Iterable[Any]) -> list[str]:
    return [part["file_id"] for part in file_parts(items)]


def file_names(items: Iterable[Any]) -> list[str]:
    """What a person's files are called."""
    return [str(part.get("filename") or "") for part in file_parts(items)]


def stored_part(
    file_id: str, name: str, size: int, facts: Mapping[str, int | None], *, is_image: bool
) -> dict[str, Any]:
    """The part of a message that stands for a file of ours; `facts` that are None are left out."""
    known = {key: value for key, value in facts.items() if value is not None}
    kind = "input_image" if is_image else "input_file"
    return {"type": kind, "file_id": file_id, "filename": name, "size": size, **known}


def given_message(parts: Sequence[dict[str, Any]]) -> Item:
    """The message that gives a model the files of the folder that a conversation is in."""
    content = [{"type": "input_text", "text": GIVEN}, *parts]
    return {"type": "message", "role": "user", "content": content}


def with_files(
    items: Sequence[Item], files: Mapping[str, File], *, takes_images: bool, takes_files: bool
) -> list[Item]:
    """`items` with each file of ours as its provider takes it: itself, or as text.

    What is too much for one request, the oldest first, is named only; so is what is no more.
    """
    left = [MAX_SENT]

    def as_sent(part: dict[str, Any]) -> dict[str, Any]:
        file = files.get(part["file_id"])
        if file is None:
            return _deleted(part)
        takes = takes_images if part["type"] == "input_image" else takes_files
        if not takes or file.media_type == UNREADABLE:
            return _note(described(file, is_image=part["type"] == "input_image"))
        try:
            data = file.read()
        except FileNotFoundError:
            return _deleted(part)
        if len(data) > left[0]:
            return _note(f"[{file.name}: not sent again, to keep the request small enough.]")
        left[0] -= len(data)
        return _inline(part, file, data)

    # From the end, so that what was said last is whole.
    return [_replaced(item, as_sent) for item in reversed(items)][::-1]


def described(file: File, *, is_image: bool) -> str:
    """What a model is told of a file that it does not take: of a text, the text."""
    if is_image:
        size = f"{file.width} by {file.height} pixels"
        return f"[Image: {file.name}, {size}. This model takes no images.]"
    pages = f", {file.pages} pages" if file.pages else ""
    is_cut = file.is_cut or len(file.text) > MAX_TEXT_SENT
    cut = ", its beginning" if is_cut else ""
    if not file.text.strip():
        return f"[File: {file.name}{pages}. No text could be read from it.]"
    return f"[File: {file.name}{pages}. Its text{cut}:]\n{file.text[:MAX_TEXT_SENT]}\n[End of file]"


def _is_ours(part: Any) -> bool:
    return (
        isinstance(part, Mapping)
        and part.get("type") in PARTS
        and isinstance(part.get("file_id"), str)
    )


def _replaced(item: Item, as_sent: Callable[[dict[str, Any]], dict[str, Any]]) -> Item:
    if is_drawn(item):
        return _drawn_again(item, as_sent(item["file"]))
    return with_parts(item, as_sent)


def _drawn_again(item: Item, sent: dict[str, Any]) -> Item:
    """A picture that a model drew, as its provider wrote it; where it can't be, what is said of it
    instead.
    """
    if sent["type"] != "input_image":
        return assistant_message(sent.get("text") or f"[{item['file'].get('filename')}]")
    rest = {key: value for key, value in item.items() if key != "file"}
    return {**rest, "result": sent["image_url"].partition(",")[2]}


def _note(text: str) -> dict[str, Any]:
    return {"type": "input_text", "text": text}


def _deleted(part: dict[str, Any]) -> dict[str, Any]:
    return _note(f"[{part.get('filename') or 'File'}: this file is not there any more.]")


def _inline(part: Mapping[str, Any], file: File, data: bytes) -> dict[str, Any]:
    url = data_url(file.media_type, data)
    detail = {"detail": part["detail"]} if part.get("detail") else {}
    if part["type"] == "input_image":
        return {"type": "input_image", "image_url": url, "detail": "auto", **detail}
    return {"type": "input_file", "filename": file.name, "file_data": url, **detail}


def data_url(media_type: str, data: bytes) -> str:
    """The address in which the bytes themselves stand."""
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"
