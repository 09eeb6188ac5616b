"""What is stored before anybody is called."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from chatapp.accounts.models import User
from conversations.models import Conversation, Model, Provider, Response
from conversations.models.response import Status
from conversations.protocol.items import input_text, user_message
from conversations.turns.request import NewResponse, RequestError, store
from tests.support.models import make_chain, make_conversation, make_model, make_response

WORKER = "here.1"


def ask(owner: User, text: str = "Why is the sky blue?", **fields: Any) -> NewResponse:
    key = fields.pop("client_key", f"key of {text}"[:64])
    return NewResponse(owner=owner, client_key=key, input=[user_message(text)], **fields)


def test_a_first_question_makes_a_conversation_titled_by_its_words(
    owner: User, model: Model
) -> None:
    response, is_new = store(ask(owner, "Why is\nthe sky blue?"), WORKER)
    assert is_new
    assert response.status == Status.QUEUED
    assert response.conversation.title == "Why is the sky blue?"
    assert response.conversation.owner == owner
    assert response.model == model
    stored = Response.objects.get(pk=response.pk)
    assert stored.input == [user_message("Why is\nthe sky blue?")]
    assert stored.worker == WORKER


def test_a_long_question_gives_a_title_cut_between_words(owner: User, model: Model) -> None:
    response, _ = store(ask(owner, "word " * 50), WORKER)
    assert response.conversation.title.endswith("word…")
    assert len(response.conversation.title) <= 61


def test_the_same_client_key_is_stored_once(owner: User, model: Model) -> None:
    first, _ = store(ask(owner, client_key="k"), WORKER)
    again, is_new = store(ask(owner, client_key="k"), WORKER)
    assert again == first
    assert not is_new
    assert Conversation.objects.count() == 1


def test_ten_at_once_with_one_key_are_stored_once(owner: User, model: Model) -> None:
    def send(_: int) -> str:
        try:
            return store(ask(owner, client_key="k"), WORKER)[0].pk
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        ids = set(pool.map(send, range(10)))
    assert len(ids) == 1
    assert Response.objects.count() == Conversation.objects.count() == 1


def test_two_people_may_use_the_same_key(owner: User, model: Model) -> None:
    other = User.objects.create_user("bob")
    assert (
        store(ask(owner, client_key="k"), WORKER)[0] != store(ask(other, client_key="k"), WORKER)[0]
    )


def test_the_next_question_follows_its_answer_and_is_the_branch_shown(
    owner: User, model: Model
) -> None:
    first = make_response(make_conversation(owner))
    response, _ = store(ask(owner, previous_response_id=first.pk), WORKER)
    assert response.previous_response == first
    first.refresh_from_db()
    assert first.selected_child == response


def test_an_edit_of_the_first_question_is_a_second_root(owner: User, model: Model) -> None:
    conversation = make_conversation(owner)
    make_response(conversation)
    response, _ = store(ask(owner, conversation_id=conversation.pk), WORKER)
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
        NewResponse(owner=owner, client_key="r", retry_of=second.pk, model_id=other_model.pk),
        WORKER,
    )
    assert retry.previous_response == first
    assert retry.input == second.input
    assert retry.retry_of == second
    assert retry.model_name == "model-2"


def test_a_retry_of_a_retry_names_the_first_answer(owner: User, model: Model) -> None:
    first = make_response(make_conversation(owner))
    retry, _ = store(NewResponse(owner=owner, client_key="1", retry_of=first.pk), WORKER)
    again, _ = store(NewResponse(owner=owner, client_key="2", retry_of=retry.pk), WORKER)
    assert again.retry_of == first


def test_a_message_to_an_answer_that_still_runs_waits_for_it(owner: User, model: Model) -> None:
    running = make_response(make_conversation(owner), status=Status.IN_PROGRESS)
    waiting, _ = store(ask(owner, previous_response_id=running.pk), WORKER)
    assert waiting.waiting
    assert waiting.worker == ""
    assert waiting.previous_response == running


def test_messages_that_were_sent_at_once_queue_up_one_behind_the_other(
    owner: User, model: Model
) -> None:
    running = make_response(make_conversation(owner), status=Status.IN_PROGRESS)
    first, _ = store(ask(owner, "one", previous_response_id=running.pk), WORKER)
    second, _ = store(ask(owner, "two", previous_response_id=running.pk), WORKER)
    assert second.previous_response == first
    assert second.waiting


def test_a_page_that_has_not_heard_of_the_other_ones_message_queues_up_behind_it(
    owner: User, model: Model
) -> None:
    done = make_response(make_conversation(owner))
    first, _ = store(ask(owner, "one", previous_response_id=done.pk), WORKER)
    second, _ = store(ask(owner, "two", previous_response_id=done.pk), WORKER)
    assert not first.waiting
    assert second.previous_response == first
    assert second.waiting


def test_an_edit_is_a_branch_that_waits_for_nothing_but_the_answer_before_it(
    owner: User, model: Model
) -> None:
    done = make_response(make_conversation(owner))
    store(ask(owner, "one", previous_response_id=done.pk), WORKER)
    edit, _ = store(ask(owner, "two", previous_response_id=done.pk, branch=True), WORKER)
    assert edit.previous_response == done
    assert not edit.waiting


def test_a_continuation_goes_on_from_the_cut_answer_with_a_question_of_ours(
    owner: User, model: Model
) -> None:
    cut = make_response(make_conversation(owner), status=Status.INCOMPLETE)
    going_on, _ = store(NewResponse(owner=owner, client_key="c", continues=cut.pk), WORKER)
    assert going_on.continues
    assert going_on.previous_response == cut
    assert "broke off" in input_text(going_on.input)


def test_an_answer_runs_in_the_background_where_it_can(owner: User) -> None:
    plain = make_model()
    Provider.objects.create(name="Keeps", base_url="http://keeps.test/v1", background=True)
    able = make_model("able", "Keeps")
    by_default = make_model("default", "Keeps", background=True)

    def stored(model: Model, background: bool | None) -> bool:
        new = ask(owner, model_id=model.pk, background=background, client_key=str(new_key()))
        return store(new, WORKER)[0].background

    new_key = iter(range(9)).__next__
    assert not stored(plain, True), "its provider can't"
    assert stored(able, True)
    assert not stored(able, None)
    assert stored(by_default, None)
    assert not stored(by_default, False)


@pytest.mark.parametrize(
    "field", ["previous_response_id", "retry_of", "continues", "conversation_id"]
)
def test_somebody_elses_is_as_missing_as_what_never_was(
    owner: User, model: Model, field: str
) -> None:
    foreign = make_response(make_conversation(User.objects.create_user("bob")))
    foreign_id = foreign.conversation_id if field == "conversation_id" else foreign.pk
    answers = set()
    for id_ in (foreign_id, "resp_nothing"):
        with pytest.raises(RequestError) as refused:
            store(ask(owner, **{field: id_}), WORKER)
        answers.add((refused.value.message, refused.value.code, refused.value.status))
    assert len(answers) == 1
    assert Response.objects.count() == 1


@pytest.mark.parametrize("where", ["previous_response_id", "retry_of", "continues", "compacts"])
def test_a_temporary_conversation_whose_time_is_over_takes_no_more(
    owner: User, model: Model, where: str
) -> None:
    over = timezone.now() - timedelta(seconds=1)
    answer = make_response(make_conversation(owner, expires_at=over))
    with pytest.raises(RequestError) as refused:
        store(ask(owner, **{where: answer.pk}), WORKER)
    assert refused.value.code == "not_found"


def test_a_model_that_is_not_offered_is_refused_and_nothing_is_stored(
    owner: User, model: Model
) -> None:
    hidden = make_model("hidden", enabled=False)
    with pytest.raises(RequestError, match="not offered"):
        store(ask(owner, model_id=hidden.pk), WORKER)
    assert Conversation.objects.count() == 0


@pytest.mark.parametrize("length", [1, 2000])
def test_storing_costs_the_same_however_long_the_conversation(
    owner: User, model: Model, length: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _, path = make_chain(owner, length)
    with django_assert_num_queries(15):
        store(ask(owner, previous_response_id=path[-1]), WORKER)


@pytest.mark.parametrize("waiting", [1, 20])
def test_storing_costs_the_same_however_many_wait(
    owner: User, model: Model, waiting: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    conversation = make_conversation(owner)
    first = last = make_response(conversation, answer="", status=Status.IN_PROGRESS)
    for _ in range(waiting):
        last = make_response(conversation, "", "", last, status=Status.QUEUED, waiting=True)
    with django_assert_num_queries(16):
        stored, _ = store(ask(owner, previous_response_id=first.pk), WORKER)
    assert stored.previous_response_id == last.pk
