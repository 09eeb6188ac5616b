"""Several models asked at once: stored in one go, side by side until one is kept."""

from collections.abc import Callable
from functools import partial

import pytest

from chatapp.accounts.models import User
from conversations.models import Beside, Conversation, Model, Response
from conversations.models.beside import settle, standing
from conversations.models.listing import state_of
from conversations.models.response import Status
from conversations.protocol.items import user_message
from conversations.turns import queue
from conversations.turns.claims import next_in_line
from conversations.turns.request import NewResponse, RequestError, companions, store
from tests.support.models import make_conversation, make_model, make_response

WORKER = "here.1"


@pytest.fixture
def models(model: Model) -> list[Model]:
    return [model, make_model("model-2"), make_model("model-3")]


def _ask(owner: User, models: list[Model], **fields: object) -> Response:
    first, *others = [model.pk for model in models]
    asked = {"client_key": "k", "input": [user_message("Why?")], **fields}
    new = NewResponse(owner=owner, model_id=first, beside=others, **asked)  # type: ignore[arg-type]
    return store(new, WORKER)[0]


def test_each_model_answers_the_same_question(owner: User, models: list[Model]) -> None:
    first = _ask(owner, models)
    others = companions(first)
    assert [row.model for row in (first, *others)] == models
    for other in others:
        assert other.retry_of_id == first.pk
        assert other.input == first.input
        assert (other.status, other.worker) == (Status.QUEUED, WORKER)
    conversation = Conversation.objects.get()
    assert (conversation.selected_root, conversation.version) == (first, 1)


def test_sent_twice_it_is_stored_once(owner: User, models: list[Model]) -> None:
    first = _ask(owner, models)
    again = _ask(owner, models)
    assert again == first
    assert Response.objects.count() == 3
    assert companions(again) == companions(first)


def test_with_one_model_that_is_gone_nothing_is_stored(owner: User, models: list[Model]) -> None:
    models[1].enabled = False
    models[1].save()
    with pytest.raises(RequestError):
        _ask(owner, models)
    assert not Response.objects.exists()
    assert not Conversation.objects.exists()


def test_a_state_has_all_of_them(owner: User, models: list[Model]) -> None:
    first = _ask(owner, models)
    state = state_of(Conversation.objects.get())
    ids = [first.pk, *(row.pk for row in companions(first))]
    assert state["beside"] == ids
    assert [response["id"] for response in state["responses"]] == ids[:1]
    assert [response["id"] for response in state["others"]] == ids[1:]


def test_what_stands_elsewhere_in_the_tree_is_not_sent_along(owner: User) -> None:
    conversation = make_conversation(owner)
    response = make_response(conversation)
    Beside.objects.create(response=response, conversation=conversation)
    assert standing(conversation, {response.pk}) == [response.pk]
    assert standing(conversation, set()) == []


def test_made_again_by_several_only_the_new_answers_stand_side_by_side(
    owner: User, models: list[Model]
) -> None:
    first = _ask(owner, models)
    Response.objects.update(status=Status.COMPLETED)
    again = _ask(owner, models[:2], client_key="again", input=[], retry_of=first.pk)
    together = [again, *companions(again)]
    assert [row.model for row in together] == models[:2]
    assert {row.retry_of_id for row in together} == {first.pk}
    assert all(row.input == first.input for row in together)
    assert set(Beside.objects.values_list("pk", flat=True)) == {row.pk for row in together}
    assert (
        companions(_ask(owner, models[:2], client_key="again", retry_of=first.pk)) == together[1:]
    )


def test_to_go_on_from_one_of_them_keeps_it(owner: User, models: list[Model]) -> None:
    first = _ask(owner, models)
    Response.objects.update(status=Status.COMPLETED)
    second = companions(first)[0]
    new = NewResponse(owner=owner, client_key="n", previous_response_id=second.pk)
    store(new, WORKER)
    assert not Beside.objects.exists()


def test_settling_one_question_leaves_the_others(owner: User, models: list[Model]) -> None:
    first = _ask(owner, models)
    other = _ask(owner, models, client_key="other")
    settle(companions(first)[1])
    assert set(Beside.objects.values_list("pk", flat=True)) == {
        other.pk,
        *(row.pk for row in companions(other)),
    }


def test_a_question_to_several_that_waits_is_edited_and_withdrawn_as_one(
    owner: User, models: list[Model]
) -> None:
    running = make_response(make_conversation(owner), status=Status.IN_PROGRESS)
    first = _ask(owner, models, previous_response_id=running.pk)
    assert first.waiting
    queue.edit(owner, first.pk, [user_message("How?")])
    rows = [Response.objects.get(pk=row.pk) for row in (first, *companions(first))]
    assert [row.text for row in rows] == ["How?"] * 3
    queue.withdraw(owner, first.pk)
    assert Response.objects.get() == running


@pytest.mark.parametrize(
    "change", [partial(queue.edit, items=[user_message("How?")]), queue.withdraw]
)
def test_once_one_of_them_has_begun_none_is_changed_any_more(
    owner: User, models: list[Model], change: Callable[..., object]
) -> None:
    running = make_response(make_conversation(owner), status=Status.IN_PROGRESS)
    first = _ask(owner, models, previous_response_id=running.pk)
    Response.objects.filter(pk=first.pk).update(waiting=False)
    with pytest.raises(RequestError) as refused:
        change(owner=owner, response_id=companions(first)[0].pk)
    assert refused.value.code == "response_started"
    assert Response.objects.get(pk=first.pk).text == "Why?"
    assert Response.objects.count() == 4


def test_all_of_them_begin_when_the_answer_before_has_ended(
    owner: User, models: list[Model]
) -> None:
    running = make_response(make_conversation(owner), status=Status.IN_PROGRESS)
    first = _ask(owner, models, previous_response_id=running.pk)
    Response.objects.filter(pk=running.pk).update(status=Status.COMPLETED)
    begun = next_in_line(WORKER, running.pk)
    assert [row.pk for row in begun] == [first.pk, *(row.pk for row in companions(first))]
