"""ChatGPT's export: `mapping` is a tree of messages, `current_node` the end of what was shown.

    {title, create_time, update_time, conversation_id, current_node, default_model_slug,
     mapping: {id: {id, parent, children: [id], message: null | {
         id, author: {role, name}, create_time, status, recipient, weight,
         content: {content_type, parts | text | thoughts | …}, metadata: {model_slug, …}}}}}

A pointer to an image (`file-service://file-…`, `sediment://file_…`) names a file of the archive by
how its name begins. What is addressed to a tool (`recipient`) is a call; what was hidden, and who
the model was told to be, is not taken, but what hangs below it is.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from conversations.protocol.imports.chat import (
    FILE,
    Chat,
    list_of,
    moment_of,
    object_of,
    text_of,
)
from conversations.protocol.imports.threads import Message, chat_of
from conversations.protocol.items import Item

INSTRUCTIONS = ("user_editable_context", "model_editable_context")
NOTHING = ("reasoning_recap",)
TO_EVERYBODY = ("all", "")
POINTER = re.compile(r"^[a-z-]+://(?:[^/?#]*/)?(file[-_][A-Za-z0-9]+)")
# Marks of a citation in the text, between signs of the private use area.
CITATION = re.compile("\ue200[^\ue200\ue201]*\ue201")


def recognises(document: dict[str, Any]) -> bool:
    return isinstance(document.get("mapping"), dict)


def read(document: dict[str, Any]) -> Chat:
    """The conversation; Unreadable when there is nothing of one in it."""
    left: Counter[str] = Counter()
    nodes = {key: node for key, node in document["mapping"].items() if isinstance(node, dict)}
    messages = {key: _message(key, node, nodes, left) for key, node in nodes.items()}
    messages = _in_order(nodes, messages)
    roots = [key for key, node in nodes.items() if text_of(node.get("parent")) not in nodes]
    return chat_of(
        messages,
        roots,
        document.get("current_node"),
        title=text_of(document.get("title")),
        source="chatgpt",
        source_id=text_of(document.get("conversation_id")) or text_of(document.get("id")),
        created_at=moment_of(document.get("create_time")),
        updated_at=moment_of(document.get("update_time")),
        left=left,
    )


def _in_order(nodes: dict[str, dict[str, Any]], messages: dict[str, Message]) -> dict[str, Message]:
    """Each with its children, as the parent lists them; those that only name it come last."""
    below: dict[str, list[str]] = {key: [] for key in nodes}
    for key, node in nodes.items():
        listed = (child for child in list_of(node.get("children")) if isinstance(child, str))
        below[key] = [one for one in listed if one in nodes and nodes[one].get("parent") == key]
    taken = {child for children in below.values() for child in children}
    for key, node in nodes.items():
        parent = text_of(node.get("parent"))
        if key not in taken and parent in below:
            below[parent].append(key)
    return {key: _replaced(message, below[key]) for key, message in messages.items()}


def _replaced(message: Message, children: list[str]) -> Message:
    fields = {**message.__dict__, "children": list(dict.fromkeys(children))}
    return Message(**fields)


def _message(key: str, node: dict[str, Any], nodes: dict[str, Any], left: Counter[str]) -> Message:
    message = object_of(node.get("message"))
    author, content = object_of(message.get("author")), object_of(message.get("content"))
    metadata = object_of(message.get("metadata"))
    role = text_of(author.get("role"))
    kind = text_of(content.get("content_type")) or "text"
    items: list[Item] = []
    if not message or kind in NOTHING:
        pass
    elif kind in INSTRUCTIONS or role == "system":
        left["instructions"] += kind in INSTRUCTIONS or bool(_said(content))
    elif metadata.get("is_visually_hidden_from_conversation"):
        left["hidden"] += 1
    else:
        items = list(_items(role, kind, message, content, metadata, left))
    return Message(
        key=key,
        children=(),
        is_question=role == "user",
        items=items,
        model=text_of(metadata.get("model_slug")),
        created_at=moment_of(message.get("create_time")),
        **_state(message, metadata),
    )


def _state(message: dict[str, Any], metadata: dict[str, Any]) -> dict[str, Any]:
    if message.get("status") == "in_progress":
        return {"status": "incomplete", "more": {"incomplete_details": {"reason": "interrupted"}}}
    finish = object_of(metadata.get("finish_details")).get("type")
    if finish == "max_tokens":
        reason = {"reason": "max_output_tokens"}
        return {"status": "incomplete", "more": {"incomplete_details": reason}}
    return {"status": "cancelled" if finish == "interrupted" else "completed"}


def _items(
    role: str,
    kind: str,
    message: dict[str, Any],
    content: dict[str, Any],
    metadata: dict[str, Any],
    left: Counter[str],
) -> Iterator[Item]:
    if role == "user":
        parts = _parts(content, "input_text", left)
        if named := "\n".join(_attached(metadata, left)):
            parts = _with_text(parts, named)
        if parts:
            yield {"type": "message", "role": "user", "content": parts}
    elif kind == "thoughts":
        if summary := [_thought(one) for one in list_of(content.get("thoughts"))]:
            yield {"type": "reasoning", "summary": summary}
    elif role == "assistant" and text_of(message.get("recipient")) not in TO_EVERYBODY:
        yield from _call(text_of(message["recipient"]), _said(content), left)
    elif role == "tool":
        yield from _result(kind, content, left)
    else:
        yield from _answer(kind, content, metadata, left)


def _answer(
    kind: str, content: dict[str, Any], metadata: dict[str, Any], left: Counter[str]
) -> Iterator[Item]:
    if kind == "code":
        language = text_of(content.get("language")).replace("unknown", "")
        parts = [_output_text(f"```{language}\n{_said(content)}\n```")]
    else:
        parts = _parts(content, "output_text", left)
    parts = [part for part in parts if part.get("text") != ""]
    texts = [part for part in parts if part["type"] == "output_text"]
    references = _references(metadata)
    for part in texts:
        part["text"], part["annotations"] = _cited(part["text"], references)
    if texts:
        # What was cited nowhere in particular is cited at the end, once.
        end = len(texts[-1]["text"])
        others = (*references.values(), *map(object_of, list_of(metadata.get("citations"))))
        texts[-1]["annotations"] += [page for one in others for page in _pages(one, end, end)]
        yield {"type": "message", "role": "assistant", "status": "completed", "content": texts}
    yield from (_drawn(part) for part in parts if FILE in part)


def _call(recipient: str, said: str, left: Counter[str]) -> Iterator[Item]:
    if recipient == "python":
        yield {"type": "code_interpreter_call", "status": "completed", "code": said}
    elif said:
        left["tools"] += 1


def _result(kind: str, content: dict[str, Any], left: Counter[str]) -> Iterator[Item]:
    """What a tool gave back: of pictures and of what code wrote; of others it is counted."""
    if kind == "execution_output":
        yield {"type": "logs", "logs": text_of(content.get("text"))}
        return
    drawn = [part for part in _parts(content, "output_text", left) if FILE in part]
    yield from (_drawn(part) for part in drawn)
    left["tools"] += not drawn


def _parts(content: dict[str, Any], kind: str, left: Counter[str]) -> list[dict[str, Any]]:
    found = []
    for part in list_of(content.get("parts")) or [content.get("text")]:
        if isinstance(part, str):
            if part:
                found.append(_text(kind, part))
        elif isinstance(part, dict):
            found += _part(part, kind, left)
    return found


def _part(part: dict[str, Any], kind: str, left: Counter[str]) -> Iterator[dict[str, Any]]:
    named = POINTER.match(text_of(part.get("asset_pointer")))
    if part.get("content_type") == "image_asset_pointer" and named:
        yield {"type": "input_image", FILE: named[1]}
    elif text := text_of(part.get("text")):
        yield _text(kind, text)
    else:
        left["media"] += 1


def _attached(metadata: dict[str, Any], left: Counter[str]) -> Iterator[str]:
    """The names of files that were uploaded with a question: pictures stand in it themselves."""
    for file in list_of(metadata.get("attachments")):
        name = text_of(object_of(file).get("name"))
        if name and not text_of(object_of(file).get("mime_type")).startswith("image/"):
            left["files"] += 1
            yield f"[{name}]"


def _with_text(parts: list[dict[str, Any]], text: str) -> list[dict[str, Any]]:
    """The parts, the last text of them longer by a paragraph."""
    *before, last = parts or [{}]
    if last.get("type") != "input_text":
        return [*parts, _text("input_text", text)]
    return [*before, _text("input_text", f"{last['text']}\n\n{text}")]


def _text(kind: str, text: str) -> dict[str, Any]:
    return _output_text(text) if kind == "output_text" else {"type": kind, "text": text}


def _output_text(text: str) -> dict[str, Any]:
    return {"type": "output_text", "text": text, "annotations": []}


def _drawn(part: dict[str, Any]) -> Item:
    return {"type": "image_generation_call", "status": "completed", FILE: part[FILE]}


def _thought(value: Any) -> dict[str, str]:
    thought = object_of(value)
    texts = (text_of(thought.get(name)) for name in ("summary", "content"))
    head, body = texts
    return {
        "type": "summary_text",
        "text": "\n\n".join(filter(None, [head and f"**{head}**", body])),
    }


def _said(content: dict[str, Any]) -> str:
    parts = [part for part in list_of(content.get("parts")) if isinstance(part, str)]
    return text_of(content.get("text")) or "\n".join(parts)


def _references(metadata: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What is cited, by the mark that stands for it in the text."""
    references = map(object_of, list_of(metadata.get("content_references")))
    return {text_of(one.get("matched_text")): one for one in references}


def _cited(text: str, references: dict[str, dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """The text with what was shown in the place of each mark, and the pages cited, each there.

    What was found is taken out of `references`.
    """
    pages: list[dict[str, Any]] = []
    pieces: list[str] = []
    length = at = 0
    for mark in CITATION.finditer(text):
        reference = references.pop(mark[0], {})
        alt = text_of(reference.get("alt"))
        pieces += [text[at : mark.start()], alt]
        length += mark.start() - at + len(alt)
        pages += _pages(reference, length - len(alt), length)
        at = mark.end()
    return "".join([*pieces, text[at:]]), pages


def _pages(reference: dict[str, Any], start: int, end: int) -> Iterator[dict[str, Any]]:
    """The pages of a reference, as the API writes what is cited."""
    for page in (reference, reference.get("metadata"), *list_of(reference.get("items"))):
        url = text_of(object_of(page).get("url"))
        if url.startswith(("https://", "http://")):
            title = text_of(object_of(page).get("title")) or url
            places = {"start_index": start, "end_index": end}
            yield {"type": "url_citation", "url": url, "title": title, **places}
