"""Open WebUI's export: `chat.history` has the messages, each with its parent and its children.

    {id, title, created_at, updated_at, meta: {tags: [id]},
     chat: {title, models, timestamp, history: {currentId,
     messages: {id: {id, parentId, childrenIds, role, content, model, timestamp, done, error,
                     files: [{type: "image", url: "data:…"}], sources, …}}}}}

Thoughts stand in the text, as `<details type="reasoning">`: they become items of their own.
"""

import html
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from conversations.protocol.imports.chat import (
    Chat,
    list_of,
    moment_of,
    object_of,
    text_of,
    texts_of,
)
from conversations.protocol.imports.threads import Message, chat_of
from conversations.protocol.items import Item

# Where a block begins; its end is looked for once, for text may have many beginnings and no end.
DETAILS = re.compile(r'<details\s+type="(\w+)"[^<>]*>')
END, SUMMARY, END_OF_SUMMARY = "</details>", "<summary>", "</summary>"


def recognises(document: dict[str, Any]) -> bool:
    return isinstance(_history(document).get("messages"), dict)


def read(document: dict[str, Any]) -> Chat:
    """The conversation; Unreadable when there is nothing of one in it."""
    chat = object_of(document.get("chat")) or document
    history = _history(document)
    left: Counter[str] = Counter()
    nodes = {key: node for key, node in history["messages"].items() if isinstance(node, dict)}
    messages = {key: _message(key, node, nodes, left) for key, node in nodes.items()}
    roots = [key for key, node in nodes.items() if text_of(node.get("parentId")) not in nodes]
    return chat_of(
        messages,
        roots,
        history.get("currentId"),
        title=text_of(document.get("title")) or text_of(chat.get("title")),
        source="openwebui",
        source_id=text_of(document.get("id")) or text_of(chat.get("id")),
        created_at=moment_of(document.get("created_at")) or moment_of(chat.get("timestamp")),
        updated_at=moment_of(document.get("updated_at")),
        tags=list(_tags(document)),
        left=left,
    )


def _tags(document: dict[str, Any]) -> Iterator[str]:
    """Their names: what is exported of one is its id, which has `_` in the place of blanks."""
    for id_ in texts_of(object_of(document.get("meta")).get("tags")):
        yield id_.replace("_", " ")


def _history(document: dict[str, Any]) -> dict[str, Any]:
    chat = object_of(document.get("chat")) or document
    return object_of(chat.get("history"))


def _message(key: str, node: dict[str, Any], nodes: dict[str, Any], left: Counter[str]) -> Message:
    role, content = text_of(node.get("role")), text_of(node.get("content"))
    listed = [child for child in list_of(node.get("childrenIds")) if isinstance(child, str)]
    children = [child for child in listed if child in nodes and nodes[child].get("parentId") == key]
    items: list[Item] = []
    if role == "user":
        files = list(_files(node, left))
        names = [part["text"] for part in files if part["type"] == "input_text"]
        text = "\n\n".join(filter(None, [content, "\n".join(names)]))
        parts = [{"type": "input_text", "text": text}] if text else []
        parts += [part for part in files if part["type"] != "input_text"]
        items = [{"type": "message", "role": "user", "content": parts}] if parts else []
    elif role == "assistant":
        items = list(_said(content, node, left))
    elif content:
        left["instructions"] += 1
    error = _error(node)
    done = node.get("done") is not False
    cut = {"incomplete_details": {"reason": "interrupted"}}
    return Message(
        key=key,
        children=children,
        is_question=role == "user",
        items=items,
        model=text_of(node.get("model")),
        created_at=moment_of(node.get("timestamp")),
        status="failed" if error else "completed" if done else "incomplete",
        more={"error": error} if error else {} if done else cut,
    )


def _said(content: str, node: dict[str, Any], left: Counter[str]) -> Iterator[Item]:
    pages = list(_pages(node))
    at = 0
    while found := DETAILS.search(content, at):
        end = content.find(END, found.end())
        if end < 0:
            break
        yield from _text(content[at : found.start()], [])
        at = end + len(END)
        if found[1] == "reasoning":
            thought = html.unescape(_without_summary(content[found.end() : end])).strip()
            thought = "\n".join(
                line.removeprefix("> ").removeprefix(">") for line in thought.split("\n")
            )
            yield {"type": "reasoning", "summary": [{"type": "summary_text", "text": thought}]}
        else:
            left["tools"] += 1
    text = list(_text(content[at:], pages))
    yield from text
    if not text and not content and _error(node):
        yield {"type": "message", "role": "assistant", "status": "completed", "content": []}


def _without_summary(block: str) -> str:
    before, begins, rest = block.partition(SUMMARY)
    _, ends, after = rest.partition(END_OF_SUMMARY)
    return before + after if begins and ends else block


def _text(text: str, pages: list[dict[str, Any]]) -> Iterator[Item]:
    if text.strip():
        part = {"type": "output_text", "text": text.strip("\n"), "annotations": pages}
        yield {"type": "message", "role": "assistant", "status": "completed", "content": [part]}


def _files(node: dict[str, Any], left: Counter[str]) -> Iterator[dict[str, Any]]:
    for file in map(object_of, list_of(node.get("files"))):
        url = text_of(file.get("url"))
        if file.get("type") == "image" and url.startswith("data:image/"):
            yield {"type": "input_image", "image_url": url, "detail": "auto"}
        else:
            left["files"] += 1
            if name := text_of(file.get("name")):
                yield {"type": "input_text", "text": f"[{name}]"}


def _pages(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for source in map(object_of, list_of(node.get("sources"))):
        for page in map(object_of, list_of(source.get("metadata"))):
            url = text_of(page.get("source"))
            if url.startswith(("https://", "http://")):
                title = text_of(page.get("title")) or url
                places = {"start_index": 0, "end_index": 0}
                yield {"type": "url_citation", "url": url, "title": title, **places}


def _error(node: dict[str, Any]) -> dict[str, Any] | None:
    error = node.get("error")
    if not error:
        return None
    message = text_of(object_of(error).get("content")) or text_of(error)
    return {"code": "server_error", "message": message or "The provider reported an error."}
