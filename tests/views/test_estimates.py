"""What the next message would take, asked for while it is written."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.test import AsyncClient
from pytest_django import DjangoAssertNumQueries

from chatapp.accounts.models import User
from conversations.models import (
    ApiKey,
    Attachment,
    Conversation,
    Folder,
    Memory,
    Model,
    Provider,
    Response,
)
from conversations.models.database import in_database
from conversations.protocol.compaction import TRIGGER
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.items import user_message
from conversations.turns import estimate
from tests.support.models import make_conversation, make_response
from tests.support.scripted import ScriptedProvider

USAGE = {"input_tokens": 1_000, "output_tokens": 200, "total_tokens": 1_200}


@pytest.fixture
async def client(owner: User) -> AsyncClient:
    client = AsyncClient()
    await client.aforce_login(owner)
    return client


@pytest.fixture
async def last(owner: User, model: Model) -> Response:
    await in_database(
        Model.objects.update,
        context_window=10_000,
        input_price=Decimal(2),
        output_price=Decimal(8),
    )
    conversation: Conversation = await in_database(make_conversation, owner)
    return await in_database(
        make_response, conversation, usage=USAGE, provider=model.provider, upstream_id="up_1"
    )


async def ask(client: AsyncClient, status: int = 200, **draft: Any) -> dict[str, Any]:
    response = await client.post("/estimate/", json.dumps(draft), "application/json")
    assert response.status_code == status, response.content
    answer: dict[str, Any] = response.json()
    return answer


async def test_it_goes_from_the_last_report_and_estimates_only_what_is_new(
    client: AsyncClient, last: Response, provider: ScriptedProvider
) -> None:
    said = await ask(client, previous_response_id=last.id, input="abcd" * 100)
    assert said == {
        "input_tokens": 1_304,
        "output_tokens": 200,
        "exact": False,
        "context_window": 10_000,
        "cost": {"amount": "0.004208", "currency": "USD"},
    }
    assert provider.counted == []


async def test_what_is_attached_counts(
    client: AsyncClient, last: Response, provider: ScriptedProvider, owner: User
) -> None:
    row = await in_database(
        Attachment.objects.create, owner=owner, name="a.txt", size=9, text="abcd" * 5_000
    )
    without = await ask(client, previous_response_id=last.id, input="Why?")
    said = await ask(client, previous_response_id=last.id, input="Why?", files=[row.pk])
    assert 5_000 < said["input_tokens"] - without["input_tokens"] < 5_100
    assert (await ask(client, 404, files=["file_none"]))["error"]["code"] == "file_not_found"


async def test_a_picture_counts_as_one_where_it_is_seen(
    client: AsyncClient, last: Response, provider: ScriptedProvider, owner: User
) -> None:
    row = await in_database(Attachment.objects.create, owner=owner, name="a.png", size=9)
    seen = await ask(client, previous_response_id=last.id, files=[row.pk])
    await in_database(Provider.objects.update, takes_images=False)
    named = await ask(client, previous_response_id=last.id, files=[row.pk])
    assert seen["input_tokens"] - named["input_tokens"] > 900


async def test_a_first_message_counts_its_folder_and_what_is_remembered(
    client: AsyncClient, last: Response, provider: ScriptedProvider, owner: User
) -> None:
    folder = await in_database(
        Folder.objects.create, owner=owner, name="Birds", instructions="abcd" * 100
    )
    bare = (await ask(client, input="Why?"))["input_tokens"]
    told = (await ask(client, input="Why?", folder=folder.pk))["input_tokens"]
    assert told == bare + 100
    file = {"name": "a.txt", "size": 9, "text": "abcd" * 1_000, "folder": folder}
    await in_database(Attachment.objects.create, owner=owner, **file)
    given = (await ask(client, input="Why?", folder=folder.pk))["input_tokens"]
    assert 1_000 < given - told < 1_100
    await in_database(Memory.objects.create, owner=owner, text="abcd" * 50)
    remembered = (await ask(client, input="Why?", folder=folder.pk))["input_tokens"]
    assert 50 < remembered - given < 100
    temporary = await ask(client, input="Why?", folder=folder.pk, temporary=True)
    assert temporary["input_tokens"] == given
    await ask(client, 404, input="Why?", folder="folder_none")


async def test_several_models_cost_together_and_the_fullest_context_is_told(
    client: AsyncClient, last: Response, provider: ScriptedProvider, model: Model
) -> None:
    small = await in_database(
        Model.objects.create,
        provider=model.provider,
        name="small",
        context_window=2_000,
        input_price=Decimal(1),
        output_price=Decimal(1),
    )
    one = await ask(client, previous_response_id=last.id, input="Why?", model=model.pk)
    other = await ask(client, previous_response_id=last.id, input="Why?", model=small.pk)
    both = await ask(
        client, previous_response_id=last.id, input="Why?", models=[model.pk, small.pk]
    )
    assert (both["models"], both["context_window"]) == (2, 2_000)
    amounts = [Decimal(each["cost"]["amount"]) for each in (one, other, both)]
    assert amounts[2] == amounts[0] + amounts[1]
    await in_database(Model.objects.filter(pk=small.pk).update, input_price=None)
    unknown = await ask(client, previous_response_id=last.id, models=[model.pk, small.pk])
    assert unknown["cost"] is None


async def test_of_a_conversation_that_is_only_open_nothing_is_counted(
    client: AsyncClient, last: Response, provider: ScriptedProvider
) -> None:
    said = await ask(client, previous_response_id=last.id, exact=True)
    assert said["exact"] is False
    assert provider.counted == []


async def test_behind_a_compaction_the_instructions_count(
    client: AsyncClient, last: Response, provider: ScriptedProvider
) -> None:
    compacted = await in_database(
        make_response, last.conversation, input=[TRIGGER], usage=USAGE, provider=last.provider
    )
    bare = await ask(client, previous_response_id=compacted.id)
    settings = {"instructions": "abcd" * 100}
    told = await ask(client, previous_response_id=compacted.id, settings=settings)
    assert told["input_tokens"] == bare["input_tokens"] + 100


async def test_a_provider_that_counts_is_asked_and_remembered(
    client: AsyncClient, last: Response, provider: ScriptedProvider
) -> None:
    said = await ask(client, previous_response_id=last.id, input="Why?", exact=True)
    assert (said["input_tokens"], said["exact"]) == (1_234, True)
    assert set(provider.counted[0]) == {"model", "input", "previous_response_id"}
    assert (await in_database(Provider.objects.get)).counts_tokens is True


async def test_one_that_can_not_is_asked_once(
    client: AsyncClient, last: Response, provider: ScriptedProvider
) -> None:
    provider.tokens = ProviderError(ErrorKind.NOT_FOUND, "No such page.", status=404)
    for _ in range(2):
        said = await ask(client, previous_response_id=last.id, input="Why?", exact=True)
        assert said["exact"] is False
    assert len(provider.counted) == 1
    assert (await in_database(Provider.objects.get)).counts_tokens is False


async def test_a_count_that_leaves_the_conversation_out_is_none(
    client: AsyncClient, last: Response, provider: ScriptedProvider
) -> None:
    provider.tokens = 12
    said = await ask(client, previous_response_id=last.id, input="Why?", exact=True)
    assert (said["input_tokens"], said["exact"]) == (1_205, False)


async def test_much_is_not_sent_for_a_count_alone(
    client: AsyncClient, model: Model, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(estimate, "MOST_SENT", 50)
    assert (await ask(client, input="Why?", exact=True))["exact"] is False
    assert provider.counted == []


async def test_one_that_is_away_is_asked_again_another_time(
    client: AsyncClient, last: Response, provider: ScriptedProvider
) -> None:
    provider.tokens = ProviderError(ErrorKind.UNREACHABLE, "Away.")
    for _ in range(2):
        assert (await ask(client, input="Why?", exact=True))["exact"] is False
    assert len(provider.counted) == 2


async def test_an_answer_is_no_longer_than_it_may_be(
    client: AsyncClient, last: Response, provider: ScriptedProvider
) -> None:
    settings = {"max_output_tokens": 50}
    said = await ask(client, previous_response_id=last.id, input="Why?", settings=settings)
    assert said["output_tokens"] == 50


async def test_without_prices_and_sizes_nothing_is_claimed(
    client: AsyncClient, model: Model, provider: ScriptedProvider
) -> None:
    said = await ask(client, input="Why?")
    assert (said["cost"], said["context_window"]) == (None, None)


@pytest.mark.parametrize(
    ("draft", "status"),
    [
        ({"previous_response_id": "resp_none"}, 404),
        ({"model": "model_none"}, 404),
        ({"input": 5}, 400),
        ({"owner": 1}, 400),
        ({"settings": {"temperature": 9}}, 400),
    ],
)
async def test_what_can_not_be_is_refused_in_words(
    client: AsyncClient, model: Model, draft: dict[str, Any], status: int
) -> None:
    assert (await ask(client, status, **draft))["error"]["message"]


async def test_nobody_learns_of_another_persons_conversation(
    client: AsyncClient, last: Response
) -> None:
    eve = await in_database(User.objects.create_user, "eve")
    other = AsyncClient()
    await other.aforce_login(eve)
    missing = await ask(client, 404, previous_response_id="resp_none")
    assert await ask(other, 404, previous_response_id=last.id) == missing


def test_the_length_of_the_conversation_costs_no_queries(
    owner: User, model: Model, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    from conversations.turns.estimate import _about
    from conversations.turns.request import NewResponse, drafted

    conversation = make_conversation(owner)
    row: Response | None = None
    for _ in range(12):
        row = make_response(conversation, previous=row, usage=USAGE)
    assert row is not None
    new = NewResponse(owner=owner, client_key="", previous_response_id=row.id)
    with django_assert_max_num_queries(2):
        _about(drafted(new))


async def test_what_a_script_would_ask_is_counted_without_what_is_remembered(
    owner: User, last: Response, provider: ScriptedProvider
) -> None:
    from conversations.turns.request import NewResponse

    await in_database(Memory.objects.create, owner=owner, text="They like tea. " * 15)
    key = await in_database(ApiKey.objects.create, owner=owner, name="Notebook", digest="d")
    places: list[dict[str, Any]] = [
        {"previous_response_id": last.pk},
        {"conversation_id": last.conversation_id, "at_end": True},
        {},
    ]
    for behind in places:
        new = NewResponse(
            owner=owner, client_key="", input=[user_message("Why?")], api_key=key, **behind
        )
        counted = await estimate.estimate(new, exact=True)
        assert (counted.input_tokens, counted.exact) == (1_234, True)
        about = await estimate.estimate(new, exact=False)
        assert about.input_tokens < (1_220 if behind else 20)
    assert "tea" not in str(provider.counted)
