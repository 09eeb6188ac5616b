"""A model that its person may not use answers nothing, whichever way it is asked for."""

from typing import Any

import pytest
from django.contrib.auth.models import Group

from chatapp.accounts.models import User
from conversations.models import Assistant, Model, Response
from conversations.protocol.items import user_message
from conversations.turns.request import NewResponse, RequestError, drafted, store
from tests.support.models import make_model

WORKER = "here.1"


@pytest.fixture
def secret(model: Model) -> Model:
    found = make_model("secret", restricted=True)
    found.groups.add(Group.objects.create(name="Research"))
    return found


def asking(owner: User, **fields: Any) -> NewResponse:
    given: dict[str, Any] = {"client_key": "k", "input": [user_message("Why?")]}
    return NewResponse(owner=owner, **given | fields)


def answered(owner: User) -> Response:
    response, _ = store(asking(owner, client_key="first"), WORKER)
    Response.objects.filter(pk=response.pk).update(status="completed")
    return response


def refused(new: NewResponse) -> None:
    before = Response.objects.count()
    for ask in (lambda: store(new, WORKER), lambda: drafted(new)):
        with pytest.raises(RequestError) as caught:
            ask()
        missing = store_of_missing(new)
        assert (caught.value.code, caught.value.status) == (missing.code, missing.status)
        assert str(caught.value) == str(missing)
    assert Response.objects.count() == before


def store_of_missing(new: NewResponse) -> RequestError:
    """What is said of a model that is not there at all."""
    with pytest.raises(RequestError) as caught:
        store(NewResponse(new.owner, "missing", new.input, model_id="model_nowhere"), WORKER)
    return caught.value


def test_a_new_message_of_an_old_tab(owner: User, secret: Model) -> None:
    refused(asking(owner, model_id=secret.pk))


def test_another_try_with_it(owner: User, secret: Model) -> None:
    first = answered(owner)
    with pytest.raises(RequestError, match="not offered"):
        store(asking(owner, input=[], retry_of=first.pk, model_id=secret.pk), WORKER)


def test_a_compaction_by_it(owner: User, secret: Model) -> None:
    first = answered(owner)
    with pytest.raises(RequestError, match="not offered"):
        store(asking(owner, input=[], compacts=first.pk, model_id=secret.pk), WORKER)


def test_one_of_several(owner: User, model: Model, secret: Model) -> None:
    with pytest.raises(RequestError, match="not offered"):
        store(asking(owner, model_id=model.pk, beside=[secret.pk]), WORKER)
    assert not Response.objects.exists()


def test_an_assistant_that_has_it_answers_by_the_default_model(
    owner: User, model: Model, secret: Model
) -> None:
    assistant = Assistant.objects.create(owner=owner, name="A", model=secret)
    response, _ = store(asking(owner, assistant_id=assistant.pk), WORKER)
    assert response.model == model
    assert drafted(asking(owner, assistant_id=assistant.pk)).model == model


def test_a_default_that_is_not_theirs_is_none(owner: User, model: Model, secret: Model) -> None:
    Model.objects.update(is_default=False)
    Model.objects.filter(pk=secret.pk).update(is_default=True)
    response, _ = store(asking(owner), WORKER)
    assert response.model == model


def test_for_those_of_its_group_it_answers(owner: User, secret: Model) -> None:
    owner.groups.set(secret.groups.all())
    response, _ = store(asking(owner, model_id=secret.pk), WORKER)
    assert response.model == secret
