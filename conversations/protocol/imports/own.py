"""Our own export of a conversation, read again.

Whoever sends a message can neither instruct the model in it nor have a provider fetch an address.
A file that anybody may have written is no way to either.
"""

from collections import Counter
from datetime import datetime
from typing import Any

from conversations.protocol.imports.chat import (
    MAX_NODES,
    Answer,
    Chat,
    Unreadable,
    list_of,
    moment_of,
    object_of,
    text_of,
    texts_of,
)
from conversations.protocol.items import Item
from conversations.protocol.visibility import INSTRUCTING, visible_item

FORMAT = "chatapp.conversation"
VERSIONS = (1,)
RATINGS = ("good", "bad")
NAME_LENGTH = 80
ADDRESSES = ("image_url", "file_url")  # which a provider fetches, but for those that are the bytes
ENDED = ("completed", "incomplete", "failed", "cancelled")


def recognises(document: dict[str, Any]) -> bool:
    return document.get("format") == FORMAT


def read(document: dict[str, Any], most: int | None = None) -> Chat:
    """The conversation that `as_json` wrote; Unreadable when it is none, or of a later version.

    It may have MAX_NODES responses, or as many as `most` says.
    """
    title = text_of(document.get("title"))
    if document.get("version") not in VERSIONS:
        raise Unreadable("version", title)
    rows = [row for row in list_of(document.get("responses")) if isinstance(row, dict)]
    if len(rows) > (MAX_NODES if most is None else most):
        raise Unreadable("too_many", title)
    left: Counter[str] = Counter()
    answers: dict[str, Answer] = {}
    for row in rows:
        if answer := _answer(row, answers, left):
            answers[answer.key] = answer
    if not answers:
        raise Unreadable("empty", title)
    return Chat(
        source="chatapp",
        source_id=text_of(document.get("id")),
        title=title,
        answers=list(answers.values()),
        selected_root=text_of(document.get("selected_root_id")) or None,
        tags=texts_of(document.get("tags")),
        folder=text_of(document.get("folder")),
        key_name=text_of(document.get("key_name"))[:NAME_LENGTH],
        created_at=_moment(document.get("created_at")),
        updated_at=_moment(document.get("updated_at")),
        left=left,
    )


def _answer(row: dict[str, Any], before: dict[str, Answer], left: Counter[str]) -> Answer | None:
    key, previous = text_of(row.get("id")), text_of(row.get("previous_response_id"))
    is_placed = previous in before or row.get("previous_response_id") is None
    if not key or key in before or not is_placed:
        left["broken"] += 1
        return None
    status = text_of(row.get("status"))
    details = row.get("incomplete_details")
    if status not in ENDED:
        # It was being written when it was exported: what had come of it is kept.
        status, details = "incomplete", {"reason": "interrupted"}
    retry_of, compacts = text_of(row.get("retry_of")), text_of(row.get("compacts"))
    return Answer(
        key=key,
        previous=previous or None,
        input=_items(row.get("input"), left),
        output=_items(row.get("output"), left),
        retry_of=retry_of if retry_of in before else None,
        selected_child=text_of(row.get("selected_child_id")) or None,
        model=text_of(row.get("model")),
        status=status,
        created_at=moment_of(row.get("created_at")),
        completed_at=moment_of(row.get("completed_at")),
        more={
            "started_at": moment_of(row.get("started_at")),
            "first_output_at": moment_of(row.get("first_output_at")),
            "usage": _object_or_none(row.get("usage")),
            "error": _object_or_none(row.get("error")),
            "incomplete_details": _object_or_none(details),
            "continues": row.get("continues") is True,
            "rating": row.get("rating") if row.get("rating") in RATINGS else "",
            "assistant_name": text_of(row.get("assistant"))[:NAME_LENGTH],
            "compacts": compacts if compacts in before else None,
        },
    )


def _items(value: Any, left: Counter[str]) -> list[Item]:
    items = [visible_item(item) for item in list_of(value) if isinstance(item, dict)]
    said = [item for item in items if not _instructs(item)]
    left["instructions"] += len(items) - len(said)
    return [_without_addresses(item) for item in said]


def _instructs(item: Item) -> bool:
    return item.get("type", "message") == "message" and item.get("role") in INSTRUCTING


def _without_addresses(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_addresses(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _without_addresses(entry)
        for key, entry in value.items()
        if key not in ADDRESSES or text_of(entry).startswith("data:")
    }


def _object_or_none(value: Any) -> dict[str, Any] | None:
    return object_of(value) or None


def _moment(value: Any) -> float | None:
    try:
        return datetime.fromisoformat(text_of(value)).timestamp()
    except (ValueError, OverflowError, OSError):
        return None
