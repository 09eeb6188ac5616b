"""Reading a page: what a model is told of it, and which addresses its person is asked about."""

from dataclasses import replace

import pytest

from conversations.tools.context import Context, Link, Page
from conversations.tools.read_web_page import MOST_LINKS, PIECE, is_unsaid, read_web_page
from conversations.tools.running import is_asked
from conversations.tools.table import BY_NAME

HERE = Context(person_id=1, conversation_id="conv", response_id="resp")
TOOL = BY_NAME["read_web_page"]


def reading(text: str, links: int = 0) -> Context:
    async def read_page(url: str) -> Page:
        found = tuple(Link(f"Link {at}", f"https://example.org/{at}") for at in range(links))
        return Page(f"{url}/", "A title", text, found)

    return replace(HERE, read_page=read_page)


async def test_a_page_is_told_with_its_title_and_where_it_was_at_last() -> None:
    assert await read_web_page("https://example.org", reading("Hello")) == {
        "url": "https://example.org/",
        "title": "A title",
        "text": "Hello",
        "characters": 5,
        "next_start": None,
    }


async def test_a_long_text_is_read_on_where_the_piece_before_ended() -> None:
    text = "".join(f"{at:06}" for at in range(PIECE // 4))
    first = await read_web_page("https://example.org", reading(text))
    second = await read_web_page("https://example.org", reading(text), first["next_start"])

    assert first["text"] + second["text"] == text
    assert len(first["text"]) == PIECE
    assert (first["characters"], second["next_start"]) == (len(text), None)


async def test_links_are_told_where_they_are_wanted_up_to_a_bound() -> None:
    context = reading("x", links=MOST_LINKS + 1)
    told = await read_web_page("https://example.org", context, links=True)

    assert told["links"][0] == {"text": "Link 0", "url": "https://example.org/0"}
    assert len(told["links"]) == MOST_LINKS


@pytest.mark.parametrize(
    ("said", "url"),
    [
        ("Read https://example.org/a?b=1 please", "https://example.org/a?b=1"),
        ("What is on example.org?", "https://example.org/"),
        ("https://example.org/a/", "https://example.org/a"),
    ],
)
def test_an_address_that_the_person_wrote_is_read_at_once(said: str, url: str) -> None:
    assert not is_unsaid({"url": url}, replace(HERE, said=said))


@pytest.mark.parametrize(
    ("said", "url"),
    [
        ("Read https://example.org/a", "https://example.org/a?secret=hunter2"),
        ("Read https://example.org/a", "https://hunter2.example.org/a"),
        ("Read it", "https://example.org"),
        ("", "https://example.org"),
        ("Hello", "https://"),
    ],
)
def test_any_other_address_is_asked_about(said: str, url: str) -> None:
    assert is_unsaid({"url": url}, replace(HERE, said=said))


def test_a_call_that_can_not_be_read_is_not_asked_about() -> None:
    assert is_asked(TOOL, '{"url": "https://example.org", "start": null, "links": null}', HERE)
    assert not is_asked(TOOL, '{"address": 1}', HERE)
    assert not is_asked(BY_NAME["calculate"], '{"expression": "1"}', HERE)


def test_without_a_way_to_read_it_is_not_there() -> None:
    assert TOOL.is_possible(reading(""))
    assert not TOOL.is_possible(HERE)
