"""The map of a tree: where it parts and ends, and runs where it does neither."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from chatapp.accounts.models import User
from conversations.models import Conversation, Response
from conversations.models.branch import mark
from conversations.models.tree import select
from conversations.models.tree_map import EXCERPT, READ, SHORTEST_RUN, tree_map
from tests.support.models import make_conversation, make_response


@pytest.fixture
def conversation(owner: User) -> Conversation:
    return make_conversation(owner)


def _chain(conversation: Conversation, length: int, after: Response | None) -> list[Response]:
    chain: list[Response] = []
    for number in range(length):
        chain.append(make_response(conversation, f"{number}?", previous=after))
        after = chain[-1]
    return chain


def _ids(entries: list[dict[str, Any]]) -> list[str]:
    return [entry["id"] for entry in entries]


def test_an_entry_says_what_was_asked_and_answered_and_by_whom(conversation: Conversation) -> None:
    response = make_response(conversation, "Why\n so?", "  Because\n\nof that. ")
    (entry,) = tree_map(conversation)
    assert entry["question"] == "Why so?"
    assert entry["answer"] == "Because of that."
    assert (entry["model"], entry["status"]) == ("model-1", "completed")
    assert (entry["id"], entry["parent"], entry["run"]) == (response.pk, None, 0)


def test_long_texts_are_cut_and_a_long_question_hides_no_answer(
    conversation: Conversation,
) -> None:
    make_response(conversation, "word " * READ, "That. " * READ)
    (entry,) = tree_map(conversation)
    assert len(entry["question"]) == len(entry["answer"]) == EXCERPT
    assert entry["question"].endswith("…")
    assert entry["answer"].startswith("That.")


def test_what_does_not_part_is_one_entry(conversation: Conversation) -> None:
    chain = _chain(conversation, 10, None)
    first, run, last = tree_map(conversation)
    assert (first["id"], last["id"]) == (chain[0].pk, chain[-1].pk)
    assert (run["id"], run["run"], run["parent"]) == (chain[1].pk, 8, chain[0].pk)
    assert last["parent"] == run["id"]
    assert "question" not in run


def test_a_run_can_be_opened(conversation: Conversation) -> None:
    chain = _chain(conversation, 10, None)
    opened = tree_map(conversation, opened={chain[1].pk})
    assert _ids(opened) == [response.pk for response in chain]
    assert [entry["parent"] for entry in opened[1:]] == _ids(opened)[:-1]


def test_a_short_run_is_not_worth_hiding(conversation: Conversation) -> None:
    _chain(conversation, SHORTEST_RUN + 1, None)
    assert [entry["run"] for entry in tree_map(conversation)] == [0] * (SHORTEST_RUN + 1)


def test_where_it_parts_all_is_shown_and_each_stands_below_its_parent(
    conversation: Conversation,
) -> None:
    root, *_, parting = _chain(conversation, 6, None)
    left, right = (make_response(conversation, previous=parting) for _ in range(2))
    entries = tree_map(conversation)
    assert _ids(entries)[0] == root.pk
    assert [(entry["id"], entry["parent"]) for entry in entries[-2:]] == [
        (left.pk, parting.pk),
        (right.pk, parting.pk),
    ]


def test_a_named_branch_is_in_no_run(conversation: Conversation) -> None:
    chain = _chain(conversation, 10, None)
    mark(chain[5], name="Here", pinned=True)
    (entry,) = [entry for entry in tree_map(conversation) if entry["id"] == chain[5].pk]
    assert (entry["name"], entry["pinned"], entry["run"]) == ("Here", True, 0)


def test_the_branch_shown_and_its_end_are_marked(conversation: Conversation) -> None:
    root = make_response(conversation)
    left = make_response(conversation, previous=root)
    right = make_response(conversation, previous=root)
    select(conversation, left.pk)
    conversation.refresh_from_db()

    def shown(through: str | None = None) -> list[tuple[str, bool]]:
        entries = tree_map(conversation, through)
        return [(entry["id"], entry["here"]) for entry in entries if entry["shown"]]

    assert shown() == [(root.pk, False), (left.pk, True)]
    assert shown(right.pk) == [(root.pk, False), (right.pk, True)]
    assert shown("nothing") == shown()


def test_roots_and_retries_are_siblings(conversation: Conversation) -> None:
    first = make_response(conversation)
    retry = make_response(conversation, retry_of=first)
    assert [(entry["parent"], entry["retry_of"]) for entry in tree_map(conversation)] == [
        (None, None),
        (None, first.pk),
    ]
    assert _ids(tree_map(conversation)) == [first.pk, retry.pk]


def test_nothing_is_on_the_map_of_an_empty_conversation(conversation: Conversation) -> None:
    assert tree_map(conversation) == []


def test_the_map_costs_the_same_however_long_the_conversation(
    conversation: Conversation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _chain(conversation, 60, None)
    with django_assert_num_queries(3):
        tree_map(conversation)
