"""Branches: named, pinned, measured, and taken out of the tree."""

import pytest
from django.db.models import F
from pytest_django import DjangoAssertNumQueries

from chatapp.accounts.models import User
from conversations.models import Branch, Conversation, Response, SearchEntry
from conversations.models.branch import extent, mark, marked
from conversations.models.listing import state_of
from conversations.models.pruning import WholeConversation, remove_branch
from conversations.models.response import Status
from conversations.models.search import search
from tests.support.models import make_conversation, make_response


@pytest.fixture
def conversation(owner: User) -> Conversation:
    return make_conversation(owner)


def test_a_branch_has_a_name_and_a_pin_independently(conversation: Conversation) -> None:
    response = make_response(conversation)
    mark(response, name="  The short\n one ")
    mark(response, pinned=True)
    assert marked(conversation) == [{"id": response.pk, "name": "The short one", "pinned": True}]
    mark(response, name="")
    assert marked(conversation) == [{"id": response.pk, "name": "", "pinned": True}]


def test_a_branch_of_which_nothing_is_said_any_more_has_no_row(conversation: Conversation) -> None:
    response = make_response(conversation)
    mark(response, name="One")
    mark(response, name=" ")
    assert not Branch.objects.exists()


def test_an_open_conversation_has_its_branches_names(conversation: Conversation) -> None:
    response = make_response(conversation)
    mark(response, name="One")
    assert state_of(conversation)["branches"] == marked(conversation)


def test_a_branch_is_as_large_as_all_that_is_below_it(conversation: Conversation) -> None:
    first = make_response(conversation)
    second = make_response(conversation, previous=first)
    make_response(conversation, previous=second)
    make_response(conversation, previous=second)
    make_response(conversation)
    assert extent(first) == {"messages": 4, "ends": 2, "whole": False}


def test_a_removed_branch_is_gone_with_all_below_it_and_is_not_found_again(
    conversation: Conversation,
) -> None:
    kept = make_response(conversation, "Kept?")
    removed = make_response(conversation, "Puffins?", previous=kept)
    mark(make_response(conversation, "Puffins below?", previous=removed), name="x")
    remove_branch(conversation, removed.pk)
    assert list(conversation.responses.all()) == [kept]
    assert not Branch.objects.exists()
    assert SearchEntry.objects.count() == 1
    assert search(conversation.owner, "puffins")["messages"] == []


def test_what_was_shown_of_a_removed_branch_is_its_newest_sibling(
    conversation: Conversation,
) -> None:
    root = make_response(conversation)
    left, right = (make_response(conversation, previous=root) for _ in range(2))
    Response.objects.filter(pk=root.pk).update(selected_child=left)
    remove_branch(conversation, left.pk)
    path = [response["id"] for response in state_of(conversation)["responses"]]
    assert path == [root.pk, right.pk]


def test_retries_of_a_removed_answer_are_answers_to_one_question_still(
    conversation: Conversation,
) -> None:
    root = make_response(conversation)
    first = make_response(conversation, previous=root)
    second, third = (make_response(conversation, previous=root, retry_of=first) for _ in range(2))
    remove_branch(conversation, first.pk)
    assert dict(Response.objects.values_list("pk", "retry_of").exclude(pk=root.pk)) == {
        second.pk: None,
        third.pk: second.pk,
    }


def test_what_has_no_end_yet_is_told_of(conversation: Conversation) -> None:
    root = make_response(conversation)
    running = make_response(conversation, previous=root, status=Status.IN_PROGRESS)
    waiting = make_response(conversation, previous=running, status=Status.QUEUED, waiting=True)
    assert {row.pk for row in remove_branch(conversation, running.pk)} == {running.pk, waiting.pk}


def test_the_whole_conversation_is_no_branch(conversation: Conversation) -> None:
    root = make_response(conversation)
    make_response(conversation, previous=root)
    with pytest.raises(WholeConversation):
        remove_branch(conversation, root.pk)
    assert conversation.responses.count() == 2


def test_removing_counts_as_a_change_of_the_tree(conversation: Conversation) -> None:
    make_response(conversation)
    remove_branch(conversation, make_response(conversation).pk)
    assert Conversation.objects.filter(pk=conversation.pk, version=1).exists()


def test_a_long_branch_is_removed_at_the_cost_of_a_short_one(
    conversation: Conversation, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make_response(conversation)
    first = last = make_response(conversation)
    for _ in range(60):
        last = make_response(conversation, previous=last)
    Response.objects.filter(pk=first.pk).update(selected_child=F("pk"))
    with django_assert_max_num_queries(30):
        remove_branch(conversation, first.pk)
    assert conversation.responses.count() == 1
