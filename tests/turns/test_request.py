"""What is stored before anybody is called."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from chatapp.accounts.models import User
from conversations.models import Conversation, Model, Response
from conversations.models.response import Status
from conversations.protocol.items import user_message
from conversations.turns.request import NewResponse, RequestError, store
from tests.support.models import make_conversation, make_model, make_response


def ask(owner: User, text: str = "Why is the sky blue?", **fields: Any) -> NewResponse:
    key = fields.pop("client_key", f"key of {text}"[:64])
    return NewResponse(owner=owner, client_key=key, input=[user_message(text)], **fields)


def test_a_first_question_makes_a_conversation_titled_by_its_words(
    owner: User, model: Model
) -> None:
    response, is_new = store(ask(owner, "Why is\nthe sky blue?"))
    assert is_new
    assert response.status == Status.QUEUED
    assert response.conversation.title == "Why is the sky blue?"
    assert response.conversation.owner == owner
    assert response.model == model
    stored = Response.objects.get(pk=response.pk)
    assert stored.input == [user_message("Why is\nthe sky blue?")]
    assert stored.lease_expires_at is not None


def test_a_long_question_gives_a_title_cut_between_words(owner: User, model: Model) -> None:
    response, _ = store(ask(owner, "word " * 50))
    assert response.conversation.title.endswith("word…")
    assert len(response.conversation.title) <= 61


def test_the_same_client_key_is_stored_once(owner: User, model: Model) -> None:
    first, _ = store(ask(owner, client_key="k"))
    again, is_new = store(ask(owner, client_key="k"))
    assert again == first
    assert not is_new
    assert Conversation.objects.count() == 1


def test_ten_at_once_with_one_key_are_stored_once(owner: User, model: Model) -> None:
    def send(_: int) -> str:
        try:
            return store(ask(owner, client_key="k"))[0].pk
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        ids = set(pool.map(send, range(10)))
    assert len(ids) == 1
    assert Response.objects.count() == Conversation.objects.count() == 1


def test_two_people_may_use_the_same_key(owner: User, model: Model) -> None:
    other = User.objects.create_user("bob")
    assert store(ask(owner, client_key="k"))[0] != store(ask(other, client_key="k"))[0]


def test_the_next_question_follows_its_answer_and_is_the_branch_shown(
    owner: User, model: Model
) -> None:
    first = make_response(make_conversation(owner))
    response, _ = store(ask(owner, previous_response_id=first.pk))
    assert response.previous_response == first
    first.refresh_from_db()
    assert first.selected_child == response


def test_an_edit_of_the_first_question_is_a_second_root(owner: User, model: Model) -> None:
    conversation = make_conversation(owner)
    make_response(conversation)
    response, _ = store(ask(owner, conversation_id=conversation.pk))
    assert response.previous_response is None
    assert response.conversation == conversation
    conversation.refresh_from_db()
    assert conversation.selected_root == response


def test_a_retry_is_a_sibling_with_the_same_input(owner: User, model: Model) -> None:
    conversation = make_conversation(owner)
    first = make_response(conversation)
    second = make_response(conversation, "And then?", previous=first)
    other_model = make_model("model-2")
    retry, _ = store(
        NewResponse(owner=owner, client_key="r", retry_of=second.pk, model_id=other_model.pk)
    )
    assert retry.previous_response == first
    assert retry.input == second.input
    assert retry.retry_of == second
    assert retry.model_name == "model-2"


def test_a_retry_of_a_retry_names_the_first_answer(owner: User, model: Model) -> None:
    first = make_response(make_conversation(owner))
    retry, _ = store(NewResponse(owner=owner, client_key="1", retry_of=first.pk))
    again, _ = store(NewResponse(owner=owner, client_key="2", retry_of=retry.pk))
    assert again.retry_of == first


def test_nothing_goes_on_from_an_answer_that_still_runs(owner: User, model: Model) -> None:
    running = make_response(make_conversation(owner), status=Status.IN_PROGRESS)
    with pytest.raises(RequestError) as refused:
        store(ask(owner, previous_response_id=running.pk))
    assert (refused.value.code, refused.value.status) == ("response_in_progress", 409)
    assert Response.objects.count() == 1


@pytest.mark.parametrize("field", ["previous_response_id", "retry_of", "conversation_id"])
def test_somebody_elses_is_as_missing_as_what_never_was(
    owner: User, model: Model, field: str
) -> None:
    foreign = make_response(make_conversation(User.objects.create_user("bob")))
    foreign_id = foreign.conversation_id if field == "conversation_id" else foreign.pk
    answers = set()
    for id_ in (foreign_id, "resp_nothing"):
        with pytest.raises(RequestError) as refused:
            store(ask(owner, **{field: id_}))
        answers.add((refused.value.message, refused.value.code, refused.value.status))
    assert len(answers) == 1
    assert Response.objects.count() == 1


def test_a_model_that_is_not_offered_is_refused_and_nothing_is_stored(
    owner: User, model: Model
) -> None:
    hidden = make_model("hidden", enabled=False)
    with pytest.raises(RequestError, match="not offered"):
        store(ask(owner, model_id=hidden.pk))
    assert Conversation.objects.count() == 0


@pytest.mark.parametrize("length", [1, 50])
def test_storing_costs_the_same_however_long_the_conversation(
    owner: User, model: Model, length: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    conversation = make_conversation(owner)
    last = None
    for _ in range(length):
        last = make_response(conversation, previous=last)
    assert last
    with django_assert_num_queries(8):
        store(ask(owner, previous_response_id=last.pk))
