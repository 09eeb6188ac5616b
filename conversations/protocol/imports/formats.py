"""Which program wrote a document, and the reader of it."""

from collections.abc import Callable
from typing import Any

from conversations.protocol.imports import chatgpt, openwebui, own
from conversations.protocol.imports.chat import Chat, Unreadable, object_of, text_of

Document = dict[str, Any]

# How each tells a document of its own, and reads it.
READERS: tuple[tuple[Callable[[Document], bool], Callable[[Document], Chat]], ...] = (
    (own.recognises, own.read),
    (openwebui.recognises, openwebui.read),
    (chatgpt.recognises, chatgpt.read),
)


def read(document: Any) -> Chat:
    """The conversation that a document of any of the formats holds; Unreadable for others."""
    document = object_of(document)
    for recognises, reader in READERS:
        if recognises(document):
            return reader(document)
    raise Unreadable("unknown", text_of(document.get("title")))
