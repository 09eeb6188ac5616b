"""Where a provider can't answer, the next in the order does, and says so."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group

from chatapp.accounts.models import User
from conversations.models import Model, Provider, Response
from conversations.models.database import in_database
from conversations.models.response import Status
from conversations.protocol.approvals import answer as decision
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.items import user_message
from conversations.turns import upstream
from conversations.turns.running import turns
from conversations.turns.standing_in import next_model, stands_in
from tests.support.asking import ask, events_of, question, stored
from tests.support.models import make_model
from tests.support.scripted import ScriptedProvider, beginning, delta

REFUSED = ProviderError.of(ErrorKind.UNREACHABLE, {"kind": "unreachable", "name": "Example"})
INSTEAD = {
    "by": "Backup",
    "message": "Example can't be reached.",
    "failure": {"kind": "unreachable", "name": "Example"},
}


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upstream, "REPEAT_SECONDS", 0.0)


async def test_the_next_provider_answers_and_the_answer_says_in_whose_place(
    owner: User, provider: ScriptedProvider, model: Model, backup: Model
) -> None:
    provider.will_answer(REFUSED)
    response = await ask(owner)
    events = await events_of(response)
    assert [sent["model"] for sent in provider.requests] == ["model-1", "other"]
    told = [event["response"] for event in events if "response" in event]
    assert told[0]["instead_of"] is None
    instead = INSTEAD | {"asked": model.pk}
    assert told[1]["instead_of"] == told[-1]["instead_of"] == instead, "at once, and at the end"
    assert (told[-1]["model"], told[-1]["model_id"]) == ("other", backup.pk)
    row = await stored(response)
    assert (row.status, row.provider_id, row.model_id) == (
        Status.COMPLETED,
        backup.provider_id,
        backup.pk,
    )


@pytest.mark.parametrize(
    "kind",
    [
        ErrorKind.CERTIFICATE,
        ErrorKind.KEY_REFUSED,
        ErrorKind.QUOTA,
        ErrorKind.RATE_LIMITED,
        ErrorKind.OVERLOADED,
        ErrorKind.SERVER,
        ErrorKind.NOT_AN_ENDPOINT,
    ],
)
async def test_what_is_wrong_with_the_provider_is_stood_in_for(
    owner: User, provider: ScriptedProvider, backup: Model, kind: ErrorKind
) -> None:
    provider.will_answer(ProviderError(kind, "No.", status=500))
    row = await answered(owner)
    assert (row.status, row.model_name) == (Status.COMPLETED, "other")


@pytest.mark.parametrize(
    "kind",
    [
        ErrorKind.BAD_REQUEST,
        ErrorKind.CONTEXT_LENGTH,
        ErrorKind.FORBIDDEN,
        ErrorKind.NOT_FOUND,
        ErrorKind.TIMEOUT,
        ErrorKind.FAILED,
    ],
)
async def test_what_is_wrong_with_the_request_is_not(
    owner: User, provider: ScriptedProvider, backup: Model, kind: ErrorKind
) -> None:
    provider.will_answer(ProviderError(kind, "No."))
    row = await answered(owner)
    assert (row.status, row.model_name, row.instead_of) == (Status.FAILED, "model-1", None)
    assert len(provider.requests) == 1


async def test_nobody_does_once_a_word_was_shown(
    owner: User, provider: ScriptedProvider, backup: Model
) -> None:
    provider.will_answer(*beginning(), delta("Once"), REFUSED)
    row = await answered(owner)
    assert (row.status, row.model_name) == (Status.INCOMPLETE, "model-1")


async def test_nobody_does_where_only_this_model_was_asked(
    owner: User, provider: ScriptedProvider, backup: Model
) -> None:
    provider.will_answer(REFUSED)
    row = await answered(owner, only_this=True)
    assert (row.status, row.model_name) == (Status.FAILED, "model-1")


async def test_nobody_does_for_one_of_several(
    owner: User, provider: ScriptedProvider, model: Model, backup: Model
) -> None:
    row = await ask(owner, model_id=model.pk, beside=[backup.pk])
    await events_of(row)
    assert row.only_this


async def test_nobody_does_for_a_decision_on_a_tool_nor_where_one_may_have_run(
    owner: User, provider: ScriptedProvider, backup: Model
) -> None:
    mcp = [{"type": "mcp", "server_label": "files", "server_url": "https://mcp.example"}]
    provider.will_answer(ProviderError(ErrorKind.SERVER, "No.", status=500))
    row = await answered(owner, settings={"tools": mcp})
    assert row.model_name == "model-1"
    decided = Response(owner=owner, input=[decision("mcpr_1", approve=True)], settings={})
    assert not await stands_in(decided, REFUSED)


async def test_the_order_has_an_end(
    owner: User, provider: ScriptedProvider, model: Model, backup: Model
) -> None:
    provider.will_answer(REFUSED)
    provider.will_answer(REFUSED)
    row = await answered(owner)
    assert (row.status, row.model_name) == (Status.FAILED, "other")
    assert row.instead_of == INSTEAD | {"asked": model.pk}, "not the last that was tried"


async def test_what_its_model_does_not_take_is_left_out(
    owner: User, provider: ScriptedProvider, backup: Model
) -> None:
    await in_database(backup.refuses, ["temperature"])
    provider.will_answer(REFUSED)
    row = await answered(owner, chosen={"temperature": 1, "top_p": 0.5})
    assert "temperature" not in provider.requests[1]
    assert provider.requests[1]["top_p"] == 0.5
    assert row.unsupported == ["temperature"]


async def test_one_that_can_not_run_in_the_background_answers_at_once(
    owner: User, provider: ScriptedProvider, model: Model, backup: Model
) -> None:
    await in_database(Provider.objects.filter(pk=model.provider_id).update, background=True)
    provider.will_answer(REFUSED)
    row = await answered(owner, background=True)
    assert not row.background
    assert row.status == Status.COMPLETED


async def test_the_conversation_is_told_to_it_whole(
    owner: User, provider: ScriptedProvider, backup: Model
) -> None:
    first = await ask(owner, "First?")
    await events_of(first)
    provider.will_answer(REFUSED)
    row = await answered(owner, "Second?", previous_response_id=first.pk)
    assert "previous_response_id" in provider.requests[1]
    assert "previous_response_id" not in provider.requests[2]
    assert provider.requests[2]["input"][0] == user_message("First?")
    assert row.sent == Response.Sent.REPLAYED


async def test_who_lost_the_answer_hands_nothing_on(
    owner: User, provider: ScriptedProvider, backup: Model
) -> None:
    row = await ask(owner)
    await events_of(row)
    assert not await stands_in(row, REFUSED), "it has ended"
    assert (await stored(row)).model_name == "model-1"


def asked_of(model: Model, owner: User) -> Response:
    return Response(
        owner=owner, provider=Provider.objects.get(pk=model.provider_id), model_name=model.name
    )


def test_of_several_models_the_one_of_the_same_name_answers(
    owner: User, model: Model, backup: Model
) -> None:
    assert next_model(asked_of(model, owner)) == backup
    same = Model.objects.create(provider=backup.provider, name="maker/MODEL-1")
    assert next_model(asked_of(model, owner)) == same


@pytest.mark.parametrize(
    "without",
    [
        lambda backup: Provider.objects.update(fallback_order=None),
        lambda backup: Provider.objects.filter(fallback_order=1).update(fallback_order=None),
        lambda backup: Provider.objects.update(fallback_order=1),
        lambda backup: Provider.objects.filter(fallback_order=2).update(enabled=False),
        lambda backup: Model.objects.filter(pk=backup.pk).update(enabled=False),
        lambda backup: Model.objects.filter(pk=backup.pk).update(restricted=True),
    ],
)
def test_who_has_no_number_or_may_not_be_used_does_not_stand_in(
    owner: User, model: Model, backup: Model, without: Callable[[Model], Any]
) -> None:
    without(backup)
    assert next_model(asked_of(model, owner)) is None


def test_a_provider_of_which_a_person_may_use_nothing_is_passed_over(
    owner: User, model: Model, backup: Model
) -> None:
    Model.objects.filter(pk=backup.pk).update(restricted=True)
    third = make_model("third", "Third")
    Provider.objects.filter(pk=third.provider_id).update(fallback_order=3)
    assert next_model(asked_of(model, owner)) == third
    group = Group.objects.create(name="Research")
    backup.groups.add(group)
    owner.groups.add(group)
    assert next_model(asked_of(model, owner)) == backup


async def answered(owner: User, text: str = "Why?", **fields: Any) -> Response:
    response = await turns.start(question(owner, text, **fields))
    await events_of(response)
    return await stored(response)
