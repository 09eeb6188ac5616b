"""What a tool may know beyond its arguments, and what it may have done for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol


class Link(NamedTuple):
    """A link's words, and where it leads."""

    text: str
    url: str


@dataclass(frozen=True)
class Page:
    """What a page of the web says; `url` is where it was at last."""

    url: str
    title: str
    text: str
    links: tuple[Link, ...] = ()


class ReadPage(Protocol):
    """Reads a page; ToolError says why it can't be."""

    async def __call__(self, url: str) -> Page: ...


class FoundMessage(NamedTuple):
    """A message of another conversation, which is called `title`; `link` leads there."""

    title: str
    at: datetime
    excerpt: str
    link: str


class FoundPassage(NamedTuple):
    """A piece of a file, the `number`th of `of`, on a `page` where that is known."""

    file: str
    page: int | None
    number: int
    of: int
    text: str


class SearchConversations(Protocol):
    """Finds messages of the person's other conversations, from a moment on and before another;
    ToolError says why none is looked at.
    """

    async def __call__(
        self, context: "Context", query: str, since: datetime | None, until: datetime | None
    ) -> Sequence[FoundMessage]: ...


class SearchFiles(Protocol):
    """Finds passages in the files of the conversation, and says how these are called: those that
    tell most of a query, or in order from a place in one on; ToolError where there is no such.
    """

    async def __call__(
        self, context: "Context", query: str, file: str | None, start: int | None
    ) -> tuple[Sequence[FoundPassage], Sequence[str]]: ...


@dataclass(frozen=True)
class Context:
    """Who asks, and where. A tool that wants it names one parameter of this type, which is in no
    schema. Whatever else a tool needs (to search, to fetch) is a field more, with a `Protocol` for
    its type, which `turns` fills; where it is None, the tool that `needs` it is not there.

    `said` is what the person has written up to here, where a tool of the calls `asks` about it.
    """

    person_id: int
    conversation_id: str
    response_id: str
    time_zone: str = "UTC"
    said: str = ""
    read_page: ReadPage | None = None
    search_conversations: SearchConversations | None = None
    search_files: SearchFiles | None = None
