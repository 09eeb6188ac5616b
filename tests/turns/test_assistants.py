"""An answer by an assistant: asked with what the assistant brings, and whole without it."""

from typing import Any

import pytest

from chatapp.accounts.models import User
from conversations.models import Assistant, Model
from conversations.models.database import in_database
from conversations.turns.request import RequestError
from tests.support.asking import ask, events_of, stored
from tests.support.models import make_model
from tests.support.scripted import ScriptedProvider


@pytest.fixture
def other_model(model: Model) -> Model:
    return make_model("model-2")


@pytest.fixture
def assistant(owner: User, other_model: Model) -> Assistant:
    return Assistant.objects.create(
        owner=owner,
        name="Translator",
        model=other_model,
        instructions="Translate.",
        settings={"temperature": 0.2, "reasoning.effort": "low"},
    )


async def test_it_brings_its_model_its_instructions_and_its_settings(
    owner: User, provider: ScriptedProvider, assistant: Assistant
) -> None:
    chosen = {"temperature": 1, "instructions": "Into German."}
    response = await ask(owner, assistant_id=assistant.id, chosen=chosen)
    events = await events_of(response)
    sent = provider.requests[0]
    assert sent["model"] == "model-2"
    assert sent["instructions"] == "Translate.\n\nInto German."
    assert (sent["temperature"], sent["reasoning"]) == (1, {"effort": "low"})
    told = events[-1]["response"]
    assert (told["assistant"], told["assistant_id"]) == ("Translator", assistant.id)
    assert told["chosen"] == chosen
    assert "instructions" not in told


async def test_another_model_can_be_named(
    owner: User, provider: ScriptedProvider, assistant: Assistant, model: Model
) -> None:
    await events_of(await ask(owner, assistant_id=assistant.id, model_id=model.id))
    assert provider.requests[0]["model"] == "model-1"


async def test_without_a_model_that_is_offered_it_answers_by_the_default_one(
    owner: User, provider: ScriptedProvider, assistant: Assistant, other_model: Model
) -> None:
    await in_database(Model.objects.filter(pk=other_model.pk).update, enabled=False)
    await events_of(await ask(owner, assistant_id=assistant.id))
    assert provider.requests[0]["model"] == "model-1"


async def test_one_that_is_not_shared_is_as_one_that_is_not_there(
    provider: ScriptedProvider, assistant: Assistant
) -> None:
    eve: Any = await in_database(User.objects.create_user, "eve")
    for name in (assistant.id, "asst_none"):
        with pytest.raises(RequestError) as refused:
            await ask(eve, name, assistant_id=name)
        assert (refused.value.code, refused.value.status) == ("assistant_not_found", 404)


async def test_an_answer_outlives_its_assistant_and_is_made_again_as_it_was(
    owner: User, provider: ScriptedProvider, assistant: Assistant
) -> None:
    response = await ask(owner, assistant_id=assistant.id)
    await events_of(response)
    await in_database(assistant.delete)
    kept = await stored(response)
    assert (kept.assistant_id, kept.assistant_name) == (None, "Translator")
    assert kept.instructions == "Translate."

    again = await ask(owner, "", client_key="again", retry_of=response.id)
    await events_of(again)
    assert provider.requests[-1]["instructions"] == "Translate."
    assert provider.requests[-1]["temperature"] == 0.2
