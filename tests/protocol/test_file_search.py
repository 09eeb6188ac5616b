"""A search of files that a provider makes: how it is asked for, refused, and told of."""

from typing import Any

import pytest

from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.file_search import (
    Hosted,
    Own,
    files_in,
    has_failed,
    is_gone,
    is_refused,
    is_wanted,
    searching,
    with_own,
)

OURS = {"type": "function", "name": "search_files", "parameters": {}}
SUMS = {"type": "function", "name": "calculate", "parameters": {}}
OWN = {"file-1": Own("file_a", "birds.csv")}
CITED = {"type": "file_citation", "file_id": "file-1", "filename": "birds.csv.txt", "index": 4}
NAMED = {**CITED, "filename": "birds.csv", "attachment_id": "file_a"}


def test_it_takes_the_place_of_ours_and_of_nothing_else() -> None:
    body = {"model": "m", "tools": [SUMS, OURS], "include": ["x"]}
    assert is_wanted(body["tools"])
    sent = searching(body, Hosted(("vs_1", "vs_2")))
    assert sent["tools"] == [SUMS, {"type": "file_search", "vector_store_ids": ["vs_1", "vs_2"]}]
    assert sent["include"] == ["file_search_call.results", "x"]
    assert body == {"model": "m", "tools": [SUMS, OURS], "include": ["x"]}


@pytest.mark.parametrize("tools", [[], [SUMS], [{"type": "web_search"}], ["search_files"]])
def test_where_ours_is_not_it_is_not_wanted(tools: list[Any]) -> None:
    assert not is_wanted(tools)


def test_results_are_not_asked_for_where_that_is_refused() -> None:
    assert "include" not in searching({"tools": [OURS]}, Hosted(("vs_1",), with_results=False))


def test_only_the_files_that_the_answer_may_see_are_searched() -> None:
    one, two = ({"type": "eq", "key": "attachment", "value": name} for name in ("a", "b"))
    sent = searching({"tools": [OURS]}, Hosted(("vs_1",), ("a",)))
    assert sent["tools"][0]["filters"] == one
    sent = searching({"tools": [OURS]}, Hosted(("vs_1",), ("a", "b")))
    assert sent["tools"][0]["filters"] == {"type": "or", "filters": [one, two]}


def refused(words: str, kind: ErrorKind = ErrorKind.BAD_REQUEST, **more: Any) -> ProviderError:
    return ProviderError(kind, words, **more)


@pytest.mark.parametrize(
    "words",
    [
        "Vector store with id ['vs_1'] not found.",
        "The vector_store vs_1 does not exist.",
        "Vector store is expired.",
    ],
)
def test_a_store_that_is_gone_is_known_by_the_words(words: str) -> None:
    assert is_gone(refused(words))
    assert is_gone(refused("Not found", ErrorKind.NOT_FOUND, detail=f"HTTP 404: {words}"))
    assert is_refused(refused(words))


@pytest.mark.parametrize(
    "words", ["Previous response with id 'r' not found.", "Model not found.", "Store it."]
)
def test_what_else_is_not_found_is_no_store(words: str) -> None:
    assert not is_gone(refused(words))
    assert not is_refused(refused(words))


def test_a_refusal_names_the_tool_or_its_place() -> None:
    assert is_refused(refused("Tool 'file_search' is not supported."))
    assert is_refused(refused("Invalid value.", param="tools[0].type"))
    assert is_refused(refused("Too slow.", ErrorKind.FAILED, code="vector_store_timeout"))
    assert not is_refused(refused("file_search", ErrorKind.RATE_LIMITED))
    assert not is_refused(refused("Invalid value.", param="temperature"))


def test_an_answer_fails_over_its_search() -> None:
    def failed(error: Any) -> bool:
        return has_failed({"type": "response.failed", "response": {"error": error}})

    assert failed({"code": "vector_store_timeout", "message": "Too slow."})
    assert not failed({"code": "server_error", "message": "Oops."})
    assert not failed(None)
    assert not has_failed({"type": "response.failed", "response": None})
    assert not has_failed({"type": "response.completed"})


def message(*annotations: Any) -> dict[str, Any]:
    part = {"type": "output_text", "text": "Hoo.", "annotations": list(annotations)}
    return {"type": "message", "content": [part]}


EVENTS = [
    {"type": "response.output_text.annotation.added", "annotation": CITED},
    {"type": "response.content_part.done", "part": message(CITED)["content"][0]},
    {"type": "response.output_item.done", "item": message(CITED)},
    {"type": "response.completed", "response": {"output": [message(), message(CITED)]}},
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event["type"])
def test_a_citation_gets_our_name_and_id_wherever_it_stands(event: dict[str, Any]) -> None:
    assert files_in(event) == {"file-1"}
    named = with_own(event, OWN)
    assert str(NAMED) in str(named)
    assert str(NAMED) not in str(event)


def test_a_result_gets_our_name_alone() -> None:
    result = {"file_id": "file-1", "filename": "birds.csv.txt", "text": "Hoo."}
    item = {"type": "file_search_call", "results": [result, {"file_id": "file-2"}]}
    event = {"type": "response.output_item.done", "item": item}
    assert files_in(event) == {"file-1", "file-2"}
    results = with_own(event, OWN)["item"]["results"]
    assert results == [{**result, "filename": "birds.csv"}, {"file_id": "file-2"}]


@pytest.mark.parametrize(
    "event",
    [
        {"type": "response.output_text.delta", "delta": "file-1"},
        {"type": "response.output_item.done", "item": message({"file_id": 3}, "x")},
        {"type": "response.output_item.done", "item": "file-1"},
        {"type": "response.output_item.done", "item": {"results": {"file_id": "file-1"}}},
        {"type": "response.completed", "response": {"output": [None, {"content": "file-1"}]}},
        {"type": "response.completed", "response": None},
        {"type": "error", "message": "file-1"},
    ],
)
def test_whatever_else_is_said_stays_as_it_is(event: dict[str, Any]) -> None:
    assert files_in(event) == set()
    assert with_own(event, OWN) is event
