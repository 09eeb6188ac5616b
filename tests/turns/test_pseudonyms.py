"""A provider tells a person from another, and a conversation, but not who or which they are."""

from chatapp.accounts.models import User
from conversations.models import Model, Response
from conversations.models.database import in_database
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.turns.pseudonyms import NAMES
from tests.support.asking import ask, events_of
from tests.support.scripted import ScriptedProvider

PERSON, CONVERSATION = NAMES


async def sent(provider: ScriptedProvider, row: Response) -> dict[str, str]:
    await events_of(row)
    return {name: provider.requests[-1].get(name, "") for name in NAMES}


async def test_a_person_and_a_conversation_have_names_that_stay(
    owner: User, provider: ScriptedProvider
) -> None:
    first = await ask(owner)
    said = await sent(provider, first)
    again = await sent(provider, await ask(owner, "And now?", previous_response_id=first.id))
    assert again == said
    assert {len(name) for name in said.values()} == {64}
    elsewhere = await sent(provider, await ask(owner, "And here?"))
    assert elsewhere[PERSON] == said[PERSON]
    assert elsewhere[CONVERSATION] != said[CONVERSATION]


async def test_two_people_have_two_names(owner: User, provider: ScriptedProvider) -> None:
    said = await sent(provider, await ask(owner))
    other = await in_database(User.objects.create_user, "other")
    assert (await sent(provider, await ask(other)))[PERSON] != said[PERSON]


async def test_a_model_that_takes_none_is_asked_without_and_not_told_of_it(
    owner: User, provider: ScriptedProvider, model: Model
) -> None:
    for name in NAMES:
        provider.will_answer(
            ProviderError(ErrorKind.UNSUPPORTED_PARAMETER, "Unknown parameter.", param=name)
        )
    row = await ask(owner)
    events = await events_of(row)
    assert events[-1]["type"] == "response.completed"
    assert events[-1]["response"].get("unsupported", []) == []
    assert not set(NAMES) & set(provider.requests[2])
    assert (await in_database(Model.objects.get, pk=model.pk)).unsupported == sorted(NAMES)

    await events_of(await ask(owner, "And now?"))
    assert len(provider.requests) == 4


async def test_a_refusal_of_what_was_not_sent_is_told(
    owner: User, provider: ScriptedProvider, model: Model
) -> None:
    refused = ProviderError(ErrorKind.UNSUPPORTED_PARAMETER, "Unknown parameter.", param=PERSON)
    provider.will_answer(refused)
    provider.will_answer(refused)
    events = await events_of(await ask(owner))
    assert events[-1]["type"] == "response.failed"
    assert len(provider.requests) == 2
