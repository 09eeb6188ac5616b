"""Conversations with providers of every accent, over real sockets: nothing is ever forgotten."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from chatapp.accounts.models import User
from conversations.models import Finding, Memory, Model, Provider, Response
from conversations.models.database import in_database
from conversations.models.response import Status
from conversations.protocol.abilities import Ability
from conversations.protocol.dialects import DIALECTS
from conversations.protocol.items import output_text
from conversations.providers.pool import close_clients
from conversations.turns import probing
from conversations.turns.request import NewResponse
from conversations.turns.running import turns
from tests.support.accent import ACCENTS
from tests.support.accents import Accented
from tests.support.asking import ask, events_of, stored, until_settled
from tests.support.fake_answer import is_title
from tests.support.mind import NOTE, TITLE

pytestmark = pytest.mark.django_db(transaction=True)

TOOLS = {"functions": ["calculate"]}
TALK = [
    ("Our word is heron.", "OK"),
    ("Work out 6*7", "It is 42."),
    ("And so?", "You said: Our word is heron. | Work out 6*7 | And so?"),
    ("Work out it * 2", "It is 84."),
    ("What do you know?", "I know: heron, 42, 84."),
]
ANSWERS = [answer for _, answer in TALK]
# How each question comes to a provider that was tested before: the first of it, and what its call
# has given.
CHAINED = ["first", "chained", "chained+", "chained", "chained", "chained+", "chained"]
REPLAYED = ["first", "replayed", "replayed+", "replayed", "replayed", "replayed+", "replayed"]
SENT = {
    "standard": CHAINED,
    "unreporting": CHAINED,
    "modelverse": CHAINED,
    "unstreaming": CHAINED,
    "ignoring": REPLAYED,
    "claiming": REPLAYED,
    "refusing": REPLAYED,
    "colliding": REPLAYED,
    "modelverse-whole": REPLAYED,
    "ollama": REPLAYED,
    # It knows two answers of a chain: wherever it was told all, one more can follow.
    "forgetful": [
        *("first", "chained"),
        *("chained+", "replayed+"),
        "chained",
        *("chained", "replayed"),
        "chained+",
        *("chained", "replayed"),
    ],
}
# A test alone finds out those that do not say that they know nothing.
OUTSPOKEN = sorted(ACCENTS.keys() - {"claiming", "modelverse-whole"})


def connect(model: Model, url: str, dialect: str) -> Model:
    Provider.objects.filter(pk=model.provider_id).update(base_url=url, dialect=dialect)
    return Model.objects.select_related("provider").get(pk=model.pk)


@asynccontextmanager
async def provider_of(
    model: Model, name: str, monkeypatch: pytest.MonkeyPatch, *, is_tested: bool = True
) -> AsyncIterator[Accented]:
    """A provider with this accent, of which the model is; of its requests those of its test are
    left out.
    """
    monkeypatch.setattr(turns, "_closing", False)
    async with Accented(ACCENTS[name]) as server:
        spoken = name.partition("-")[0]
        dialect = spoken if spoken in DIALECTS else "standard"
        connected = await in_database(connect, model, server.url, dialect)
        if is_tested:
            await probing.run(connected)
            server.requests.clear()
            server.refused.clear()
        yield server
        await turns.close(grace=0)
        await close_clients()


async def talk(owner: User) -> list[Response]:
    rows: list[Response] = []
    for said, _ in TALK:
        before = rows[-1].pk if rows else None
        row = await ask(owner, said, previous_response_id=before, chosen=TOOLS)
        events = await events_of(row)
        assert events[-1]["type"] == "response.completed"
        await until_settled()
        rows.append(await stored(row))
    return rows


def said_in(row: Response) -> str:
    """What the last message of an answer says."""
    return output_text(row.output[-1:])


def given_in(row: Response) -> list[str]:
    """What the calls of an answer gave, each behind what was said before and its call."""
    kinds = [item["type"] for item in row.output]
    assert kinds in (["message"], ["message", "function_call", "function_call_output", "message"])
    return [json.loads(item["output"])["result"] for item in row.output[2:3]]


def sent_to(server: Accented) -> list[str]:
    """How each request came to the provider; "+" for what a call gave. Titles are left out."""
    return [_sent(body) for body in questions_to(server)]


def questions_to(server: Accented) -> list[dict[str, Any]]:
    return [body for body in server.requests if not is_title(body)]


def _sent(body: dict[str, Any]) -> str:
    items = body["input_items"] if "input_items" in body else body["input"]
    chained = "chained" if body.get("previous_response_id") else "replayed"
    if items[-1].get("type") == "function_call_output":
        return f"{chained}+"
    return "first" if len(items) == 1 and chained == "replayed" else chained


@pytest.mark.parametrize("name", ACCENTS)
async def test_five_turns_with_tools_are_all_known_to_a_provider_that_was_tested(
    owner: User, model: Model, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with provider_of(model, name, monkeypatch) as server:
        rows = await talk(owner)
    assert [said_in(row) for row in rows] == ANSWERS
    assert {row.status for row in rows} == {Status.COMPLETED}
    assert {tuple(row.unsupported) for row in rows} == {()}
    assert [given_in(row) for row in rows] == [[], ["42"], [], ["84"], []]
    assert sent_to(server) == SENT[name]
    forgotten = [step for step in SENT[name] if name == "forgetful" and step.startswith("replayed")]
    assert len(server.refused) == len(forgotten)


@pytest.mark.parametrize("name", OUTSPOKEN)
async def test_they_are_as_well_where_it_was_not_tested(
    owner: User, model: Model, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with provider_of(model, name, monkeypatch, is_tested=False):
        rows = await talk(owner)
    assert [said_in(row) for row in rows] == ANSWERS
    assert {row.status for row in rows} == {Status.COMPLETED}


@pytest.mark.parametrize("name", ["standard", "modelverse", "modelverse-whole", "unstreaming"])
async def test_the_conversation_is_titled_by_any_of_them(
    owner: User, model: Model, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with provider_of(model, name, monkeypatch):
        row = await ask(owner, "Hello")
        await events_of(row)
        await until_settled()
        await in_database(row.conversation.refresh_from_db)
    assert row.conversation.title == TITLE


@pytest.mark.parametrize("name", ["standard", "modelverse"])
async def test_what_is_to_be_remembered_is_noted_by_any_of_them(
    owner: User, model: Model, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with provider_of(model, name, monkeypatch):
        await events_of(await ask(owner, "Remember that I like tea."))
        await until_settled()
    assert (await in_database(Memory.objects.get)).text == NOTE


@pytest.mark.parametrize(
    ("name", "usage"),
    [
        ("standard", {"input_tokens": 14, "output_tokens": 10, "total_tokens": 24}),
        ("modelverse", {"input_tokens": None, "output_tokens": None, "total_tokens": 24}),
        ("unreporting", None),
    ],
)
async def test_of_usage_only_what_was_reported_is_known(
    owner: User, model: Model, name: str, usage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with provider_of(model, name, monkeypatch):
        rows = await talk(owner)
    assert rows[1].usage == usage, "of both rounds"
    assert {row.cost for row in rows} == {None}


async def test_a_cut_that_ollama_does_not_speak_of_can_be_gone_on_from(
    owner: User, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with provider_of(model, "ollama", monkeypatch) as server:
        row = await ask(owner, "Tell me more", chosen={"max_output_tokens": 5})
        events = await events_of(row)
        cut = await stored(row)
        more = await turns.start(NewResponse(owner, client_key="more", continues=row.pk))
        await events_of(more)
    assert events[-1]["type"] == "response.incomplete"
    assert cut.incomplete_details == {"reason": "max_output_tokens"}
    assert "You said: Tell me more" in json.dumps(questions_to(server)[-1]["input"])


@pytest.mark.parametrize("name", ["refusing", "ignoring", "unstreaming"])
async def test_what_one_does_not_do_is_asked_of_it_only_once(
    owner: User, model: Model, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with provider_of(model, name, monkeypatch, is_tested=False) as server:
        await talk(owner)
    asked = "stream" if name == "unstreaming" else "previous_response_id"
    assert len([body for body in questions_to(server) if body.get(asked)]) == 1


async def test_one_whose_ids_collide_is_chained_on_no_more_once_that_was_seen(
    owner: User, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with provider_of(model, "colliding", monkeypatch, is_tested=False) as server:
        await talk(owner)
    assert sent_to(server)[:2] == ["first", "chained"]
    assert "chained" not in sent_to(server)[2:]
    found = await in_database(Finding.objects.get, ability=Ability.CHAIN)
    assert found.holds is False
    calls = [one for one in server.requests[-1]["input"] if one.get("type") == "function_call"]
    assert len({call["call_id"] for call in calls}) == len(calls) == 2


async def test_a_branch_of_what_was_forgotten_is_told_all_that_is_before_it(
    owner: User, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with provider_of(model, "forgetful", monkeypatch):
        rows = await talk(owner)
        branch = await ask(
            owner, "And else?", previous_response_id=rows[2].pk, branch=True, chosen=TOOLS
        )
        await events_of(branch)
        row = await stored(branch)
    assert row.sent == "replayed"
    assert said_in(row) == "You said: Our word is heron. | Work out 6*7 | And so? | And else?"
