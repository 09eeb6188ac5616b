"""Reasoning that a script hands back, which goes to the model that thought it."""

import pytest

from chatapp.accounts.models import User
from conversations.gateway.thoughts import recalled
from conversations.models import ApiKey, Conversation, Model, Response
from conversations.protocol.item_ids import item_id
from conversations.protocol.items import Item, user_message
from tests.support.models import make_conversation, make_model, make_response
from tests.support.scripted import message

THOUGHT: Item = {
    "id": "rs_1",
    "type": "reasoning",
    "summary": [],
    "encrypted_content": "sealed",
    "status": "completed",
}
SAID = user_message("And?")


@pytest.fixture
def key(owner: User) -> ApiKey:
    return ApiKey(owner=owner, name="Notebook")


@pytest.fixture
def thinking(owner: User, model: Model) -> Response:
    conversation: Conversation = make_conversation(owner)
    return make_response(
        conversation,
        provider=model.provider,
        model=model,
        output=[THOUGHT, message("So.")],
    )


def handed_back(row: Response, place: str) -> Item:
    return {"type": "reasoning", "id": item_id("reasoning", row.pk, place), "summary": []}


def test_it_is_again_what_the_model_wrote(thinking: Response, model: Model, key: ApiKey) -> None:
    known = {name: value for name, value in THOUGHT.items() if name != "status"}
    assert recalled([handed_back(thinking, "0"), SAID], key, model) == [known, SAID]


def test_no_other_model_is_told_it(thinking: Response, key: ApiKey) -> None:
    assert recalled([handed_back(thinking, "0"), SAID], key, make_model("model-2")) == [SAID]


@pytest.mark.parametrize("place", ["1", "7", "i0"])
def test_what_is_no_thought_is_left_out(
    thinking: Response, model: Model, key: ApiKey, place: str
) -> None:
    assert recalled([handed_back(thinking, place)], key, model) == []


def test_nor_is_somebody_elses_known(thinking: Response, model: Model) -> None:
    other = ApiKey(owner=User.objects.create_user("bob"), name="Notebook")
    assert recalled([handed_back(thinking, "0")], other, model) == []


def test_what_has_another_id_or_none_stays(model: Model, key: ApiKey) -> None:
    items: list[Item] = [THOUGHT, {"type": "reasoning", "summary": []}, SAID]
    assert recalled(items, key, model) == items
