"""A conversation compacted: a branch of its own that goes on from a summary alone."""

from typing import Any

import pytest
from django.db import OperationalError

from chatapp.accounts.models import User
from conversations.models import Conversation, Model, Provider, Response
from conversations.models.database import in_database
from conversations.models.fork import fork
from conversations.models.response import Status
from conversations.models.tree import outline, shown_path
from conversations.protocol.compaction import TRIGGER
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.items import input_text, output_text
from conversations.turns import compacting
from conversations.turns.request import RequestError
from tests.support.asking import ask, events_of, stored, until_settled
from tests.support.models import make_model
from tests.support.scripted import ScriptedProvider, answer, message

MISSING = ProviderError(ErrorKind.NOT_FOUND, "No such page.", status=404)
TOO_LONG = ProviderError(ErrorKind.CONTEXT_LENGTH, "Too long.", code="context_length_exceeded")
FORGOTTEN = ProviderError(ErrorKind.PREVIOUS_RESPONSE_NOT_FOUND, "Gone.", status=400)
SEALED = {"type": "compaction", "id": "cmp_1", "encrypted_content": "sealed"}
OWN = {"id": "cmp", "object": "response.compaction", "output": [message("Kept."), SEALED]}


async def conversation_of(owner: User, provider: ScriptedProvider, turns: int = 3) -> Response:
    """The last answer of a conversation of so many."""
    last: Response | None = None
    for number in range(turns):
        provider.will_answer(*answer(f"Answer {number}.", f"up_{number}"))
        fields = {"previous_response_id": last.id} if last else {}
        last = await ask(owner, f"Question {number}?", **fields)
        await events_of(last)
    assert last is not None
    await until_settled()
    provider.requests.clear()
    return last


async def compact(owner: User, last: Response, key: str = "compact", **fields: Any) -> Response:
    response = await ask(owner, "", client_key=key, compacts=last.id, **fields)
    await events_of(response)
    return await stored(response)


async def go_on(owner: User, previous: Response, text: str = "And now?", **fields: Any) -> Response:
    response = await ask(owner, text, previous_response_id=previous.id, **fields)
    await events_of(response)
    return response


async def test_a_provider_without_means_of_its_own_is_asked_for_a_summary(
    owner: User, provider: ScriptedProvider
) -> None:
    last = await conversation_of(owner, provider)
    provider.compactions = [MISSING]
    provider.will_answer(*answer("In short: three questions.", "up_summary"))
    compacted = await compact(owner, last, chosen={"text.format": {"type": "json_object"}})
    assert compacted.status == Status.COMPLETED
    assert compacted.input == [TRIGGER]
    assert output_text(compacted.output) == "In short: three questions."
    request = provider.requests[-1]
    assert request["previous_response_id"] == "up_2"
    assert "Compact our conversation" in input_text(request["input"])
    assert "text" not in request, "a summary fits no schema"
    assert (await in_database(Provider.objects.get)).compacts is False


async def test_it_is_a_branch_of_its_own_and_the_original_stays(
    owner: User, provider: ScriptedProvider
) -> None:
    last = await conversation_of(owner, provider)
    provider.compactions = [MISSING]
    compacted = await compact(owner, last)

    def shown() -> tuple[list[str], int]:
        conversation = Conversation.objects.get()
        nodes = outline(conversation)
        return shown_path(nodes, conversation.selected_root_id), len(nodes)

    assert await in_database(shown) == ([compacted.id], 4)
    assert compacted.compacts_id == last.id
    assert compacted.previous_response_id is None


async def test_the_next_message_has_the_summary_alone_and_then_chains(
    owner: User, provider: ScriptedProvider
) -> None:
    last = await conversation_of(owner, provider)
    provider.compactions = [MISSING]
    provider.will_answer(*answer("In short.", "up_summary"))
    compacted = await compact(owner, last)
    provider.will_answer(*answer("Yes.", "up_next"))
    after = await go_on(owner, compacted)
    request = provider.requests[-1]
    assert "previous_response_id" not in request
    assert [item["role"] for item in request["input"]] == ["user", "user"]
    assert "In short." in input_text(request["input"])
    assert "Question 0?" not in input_text(request["input"])

    await go_on(owner, after, "And then?")
    assert provider.requests[-1]["previous_response_id"] == "up_next"


async def test_a_providers_own_compaction_goes_back_as_it_came(
    owner: User, provider: ScriptedProvider
) -> None:
    last = await conversation_of(owner, provider)
    provider.compactions = [OWN]
    compacted = await compact(owner, last)
    assert provider.compacted == [{"model": "model-1", "previous_response_id": "up_2"}]
    assert provider.requests == []
    assert compacted.status == Status.COMPLETED
    assert (await in_database(Provider.objects.get)).compacts is True

    await go_on(owner, compacted)
    sent = provider.requests[-1]["input"]
    assert [item["type"] for item in sent] == ["message", "compaction", "message"]
    assert sent[1]["encrypted_content"] == "sealed"


async def test_it_is_kept_though_the_database_is_away_for_a_moment(
    owner: User, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = await conversation_of(owner, provider)
    provider.compactions = [OWN]
    faults = [OperationalError("away")]

    def remember(where: Provider, *, compacts: bool) -> None:
        if faults:
            raise faults.pop()

    monkeypatch.setattr(compacting, "_remember", remember)
    assert (await compact(owner, last)).status == Status.COMPLETED


async def test_what_another_model_can_not_read_is_told_it_whole(
    owner: User, provider: ScriptedProvider
) -> None:
    last = await conversation_of(owner, provider)
    provider.compactions = [OWN]
    compacted = await compact(owner, last)
    other: Model = await in_database(make_model, "model-2")
    await go_on(owner, compacted, model_id=other.id)
    assert "Question 0?" in input_text(provider.requests[-1]["input"])
    assert len(provider.requests[-1]["input"]) == 7


async def test_what_another_model_can_not_read_of_a_fork_is_told_it_whole(
    owner: User, provider: ScriptedProvider
) -> None:
    last = await conversation_of(owner, provider)
    provider.compactions = [OWN]
    compacted = await compact(owner, last)
    other: Model = await in_database(make_model, "model-2")
    for name in ("fork", "fork of it"):
        original = await in_database(Conversation.objects.get, pk=compacted.conversation_id)
        conversation = await in_database(fork, original, compacted.pk)
        compacted = await in_database(conversation.responses.get)
        await go_on(owner, compacted, model_id=other.id, client_key=f"other in {name}")
        sent = provider.requests[-1]["input"]
        assert [input_text([item]) for item in sent[::2]] == [
            "Question 0?",
            "Question 1?",
            "Question 2?",
            "And now?",
        ]
        assert [output_text([item]) for item in sent[1::2]] == [
            "Answer 0.",
            "Answer 1.",
            "Answer 2.",
        ]
        # Whoever sealed it reads it.
        await go_on(owner, compacted, model_id=last.model_id, client_key=f"same in {name}")
        sent = provider.requests[-1]["input"]
        assert [item["type"] for item in sent] == ["message", "compaction", "message"]


async def test_a_chain_that_was_forgotten_is_compacted_whole(
    owner: User, provider: ScriptedProvider
) -> None:
    last = await conversation_of(owner, provider)
    provider.compactions = [FORGOTTEN, OWN]
    compacted = await compact(owner, last)
    assert compacted.status == Status.COMPLETED
    assert len(provider.compacted[1]["input"]) == 6
    assert compacted.sent == Response.Sent.REPLAYED


async def test_of_what_is_too_long_even_for_a_summary_the_end_is_summarised(
    owner: User, provider: ScriptedProvider
) -> None:
    last = await conversation_of(owner, provider, turns=4)
    provider.compactions = [TOO_LONG]
    provider.will_answer(TOO_LONG)
    provider.will_answer(TOO_LONG)
    provider.will_answer(*answer("The end of it.", "up_summary"))
    compacted = await compact(owner, last)
    assert output_text(compacted.output) == "The end of it."
    asked = [input_text(request["input"]) for request in provider.requests]
    assert "Question 2?" in asked[1]
    assert "Question 1?" not in asked[1]
    assert "Question 2?" not in asked[2]
    assert "Question 3?" in asked[2]


async def test_one_that_is_too_long_whatever_is_left_out_fails(
    owner: User, provider: ScriptedProvider
) -> None:
    last = await conversation_of(owner, provider, turns=1)
    provider.compactions = [MISSING]
    for _ in range(20):
        provider.will_answer(TOO_LONG)
    compacted = await compact(owner, last)
    assert compacted.status == Status.FAILED
    assert len(provider.requests) < 10


async def test_a_summary_is_made_again_of_the_same(owner: User, provider: ScriptedProvider) -> None:
    last = await conversation_of(owner, provider)
    provider.compactions = [MISSING]
    compacted = await compact(owner, last)
    again = await ask(owner, "", client_key="again", retry_of=compacted.id)
    await events_of(again)
    assert (await stored(again)).compacts_id == last.id
    assert "Compact our conversation" in input_text(provider.requests[-1]["input"])


async def test_a_summary_of_what_is_no_more_is_not_made_again(
    owner: User, provider: ScriptedProvider
) -> None:
    last = await conversation_of(owner, provider)
    provider.compactions = [MISSING]
    compacted = await compact(owner, last)
    await in_database(Response.objects.filter(pk=compacted.pk).update, compacts=None)
    with pytest.raises(RequestError) as refused:
        await ask(owner, "", client_key="again", retry_of=compacted.id)
    assert (refused.value.code, refused.value.param) == ("not_found", "retry_of")


async def test_a_summary_titles_nothing(owner: User, provider: ScriptedProvider) -> None:
    last = await conversation_of(owner, provider)
    titles = len(provider.titles)
    provider.compactions = [MISSING]
    await compact(owner, last)
    await until_settled()
    assert len(provider.titles) == titles


async def test_what_is_still_being_written_or_not_theirs_is_not_compacted(
    owner: User, provider: ScriptedProvider
) -> None:
    last = await conversation_of(owner, provider)
    await in_database(Response.objects.filter(pk=last.pk).update, status=Status.IN_PROGRESS)
    with pytest.raises(RequestError) as running:
        await ask(owner, "", client_key="k1", compacts=last.id)
    assert running.value.status == 409
    other = await in_database(User.objects.create_user, "eve")
    with pytest.raises(RequestError) as foreign:
        await ask(other, "", client_key="k2", compacts=last.id)
    assert foreign.value.status == 404
