"""Searching files: what a model is told of a passage, and of a call that asks for nothing."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from conversations.tools.context import Context, FoundPassage
from conversations.tools.errors import ToolError
from conversations.tools.search_files import search_files
from conversations.tools.table import BY_NAME

HERE = Context(person_id=1, conversation_id="conv", response_id="resp")


def finding(*passages: FoundPassage) -> tuple[Context, list[Any]]:
    asked: list[Any] = []

    async def find(
        context: Context, query: str, file: str | None, start: int | None
    ) -> tuple[Sequence[FoundPassage], Sequence[str]]:
        asked.append((query, file, start))
        return passages, ["a.pdf", "b.txt"]

    return replace(HERE, search_files=find), asked


async def test_a_passage_is_told_with_its_place() -> None:
    page = FoundPassage("a.pdf", page=3, number=12, of=40, text="Owls")
    context, asked = finding(page, page._replace(file="b.txt", page=None))

    assert await search_files(context, "owls") == {
        "passages": [
            {"file": "a.pdf", "page": 3, "passage": 12, "of": 40, "text": "Owls"},
            {"file": "b.txt", "passage": 12, "of": 40, "text": "Owls"},
        ]
    }
    assert asked == [("owls", None, None)]


async def test_where_nothing_is_found_the_files_are_named() -> None:
    context, _ = finding()
    assert await search_files(context, "owls") == {"passages": [], "files": ["a.pdf", "b.txt"]}


async def test_a_file_is_read_on_from_a_passage_without_a_query() -> None:
    context, asked = finding()
    await search_files(context, file="a.pdf", start=13)
    assert asked == [("", "a.pdf", 13)]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({}, "words to look for"),
        ({"query": "  "}, "words to look for"),
        ({"file": "a.pdf"}, "words to look for"),
        ({"start": 3}, "name its file"),
    ],
)
async def test_a_call_that_asks_for_nothing_is_told_what_to_ask(
    arguments: dict[str, Any], told: str
) -> None:
    context, asked = finding()
    with pytest.raises(ToolError, match=told):
        await search_files(context, **arguments)
    assert asked == []


def test_without_a_way_to_search_it_is_not_there() -> None:
    assert BY_NAME["search_files"].is_possible(finding()[0])
    assert not BY_NAME["search_files"].is_possible(HERE)
