"""What a tool may know beyond its arguments, and what it may have done for it."""

from dataclasses import dataclass
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
