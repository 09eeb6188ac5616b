"""Searching other conversations: what a model is told of a find, and which days are meant."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from conversations.tools.context import Context, FoundMessage
from conversations.tools.errors import ToolError
from conversations.tools.running import run
from conversations.tools.search_conversations import search_conversations
from conversations.tools.table import BY_NAME

TOOL = BY_NAME["search_conversations"]
HERE = Context(person_id=1, conversation_id="conv", response_id="resp", time_zone="Asia/Tokyo")
EVENING = datetime(2026, 11, 26, 20, 0, tzinfo=UTC)
FOUND = FoundMessage("Travels", EVENING, "…to the lighthouse", "/c/conv_1?response=resp_1")


def finding(*messages: FoundMessage) -> tuple[Context, list[Any]]:
    asked: list[Any] = []

    async def find(
        context: Context, query: str, since: datetime | None, until: datetime | None
    ) -> Sequence[FoundMessage]:
        asked.append((query, since, until))
        return messages

    return replace(HERE, search_conversations=find), asked


async def test_a_find_is_told_with_the_day_where_the_person_is_and_its_link() -> None:
    context, asked = finding(FOUND)

    assert await search_conversations("lighthouse", context) == {
        "conversations": [
            {
                "title": "Travels",
                "date": "2026-11-27",
                "excerpt": "…to the lighthouse",
                "link": "/c/conv_1?response=resp_1",
            }
        ]
    }
    assert asked == [("lighthouse", None, None)]


async def test_days_are_whole_and_begin_where_the_person_is() -> None:
    context, asked = finding()
    await search_conversations("x", context, since=date(2026, 11, 1), until=date(2026, 11, 1))

    begin, end = datetime(2026, 10, 31, 15, tzinfo=UTC), datetime(2026, 11, 1, 15, tzinfo=UTC)
    assert asked == [("x", begin, end)]


async def test_the_last_day_of_all_is_no_bound() -> None:
    context, asked = finding()
    await search_conversations("x", context, until=date.max)
    assert asked == [("x", None, None)]


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ({"since": date(2026, 2, 1), "until": date(2026, 1, 1)}, "before since"),
        ({"since": date.min}, "Nothing can be of 0001-01-01"),
    ],
)
async def test_days_that_can_not_be_meant_are_said(days: dict[str, date], told: str) -> None:
    context, asked = finding()
    with pytest.raises(ToolError, match=told):
        await search_conversations("x", context, **days)
    assert asked == []


async def test_days_are_read_as_a_model_writes_them() -> None:
    context, asked = finding()
    await run(TOOL, '{"query": "x", "since": "2026-11-01", "until": null}', context)
    assert asked[0][1] == datetime(2026, 10, 31, 15, tzinfo=UTC)

    wrong = await run(TOOL, '{"query": "x", "since": "last week", "until": null}', context)
    assert "since" in json.loads(wrong.output)["error"]


def test_without_a_way_to_search_it_is_not_there() -> None:
    assert TOOL.is_possible(finding()[0])
    assert not TOOL.is_possible(HERE)
