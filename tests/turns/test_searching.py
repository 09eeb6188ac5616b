"""Searches of files and of other conversations, from the tool's call to what is found."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from chatapp.accounts.models import User
from conversations.models import Attachment, Conversation, Model, Response
from conversations.models.database import in_database
from conversations.tools.errors import ToolError
from conversations.turns import toolbox
from conversations.turns.request import NewResponse, store
from conversations.turns.running import turns
from conversations.turns.searching import MOST_PASSAGES, search_conversations, search_files
from conversations.turns.toolbox import context_of
from tests.support.asking import ask, stored, until_settled
from tests.support.calls import call, calling
from tests.support.models import make_conversation, make_response
from tests.support.scripted import ScriptedProvider
from tests.support.scripted import answer as spoken
from tests.support.uploads import uploads
from tests.turns.test_files import asking, attach

__all__ = ["uploads"]  # a fixture

pytestmark = pytest.mark.usefixtures("uploads")

FILES = {"functions": ["search_files"]}
CHATS = {"functions": ["search_conversations"]}


async def answered(owner: User, text: str = "Why?", **fields: Any) -> Response:
    response = await ask(owner, text, **fields)
    await until_settled()
    return await stored(response)


def told(provider: ScriptedProvider) -> list[str]:
    """The tools that the last request names."""
    return [tool["name"] for tool in provider.requests[-1].get("tools", [])]


def output_of(response: Response) -> dict[str, Any]:
    items = response.output
    (output,) = [item["output"] for item in items if item["type"] == "function_call_output"]
    found: dict[str, Any] = json.loads(output)
    return found


async def with_file(owner: User, text: str, name: str = "birds.pdf", **fields: Any) -> Attachment:
    return await in_database(attach, owner, name, text=text, **fields)


async def asked_about(owner: User, *files: Attachment, **fields: Any) -> Response:
    items = asking(*files, text="What of the owls?")
    new = NewResponse(owner=owner, client_key="files", input=items, **fields)
    response = await turns.start(new)
    await until_settled()
    return await stored(response)


async def test_a_model_finds_a_passage_of_an_attached_file_and_its_page(
    owner: User, provider: ScriptedProvider
) -> None:
    file = await with_file(owner, "Of ducks.\fOwls hunt at night.", pages=2)
    provider.will_answer(*calling(call("search_files", {"query": "owls"})))
    provider.will_answer(*spoken("At night.", "upstream_2"))
    response = await asked_about(owner, file, chosen=FILES)

    place = {"file": "birds.pdf", "page": 2, "passage": 2, "of": 2}
    assert output_of(response) == {"passages": [place | {"text": "Owls hunt at night."}]}
    assert response.output[-1]["content"][0]["text"] == "At night."


async def test_without_files_the_model_is_not_told_of_their_search_and_the_choice_stays(
    owner: User, provider: ScriptedProvider
) -> None:
    chosen = {"functions": ["calculate", "search_files"]}
    response = await answered(owner, chosen=chosen)

    assert told(provider) == ["calculate"]
    assert response.chosen == chosen
    assert response.settings == {"functions": ["calculate"]}


async def test_where_no_tool_is_left_none_has_to_be_used(
    owner: User, provider: ScriptedProvider
) -> None:
    await answered(owner, chosen=FILES | {"tool_choice": "required"})
    assert not {"tools", "tool_choice"} & provider.requests[0].keys()


async def test_a_later_message_searches_what_was_attached_before(
    owner: User, provider: ScriptedProvider
) -> None:
    file = await with_file(owner, "Owls hunt at night.")
    first = await asked_about(owner, file)
    await answered(owner, "And now?", previous_response_id=first.pk, chosen=FILES)

    assert told(provider) == ["search_files"]


async def test_a_file_is_read_on_from_a_passage(owner: User, provider: ScriptedProvider) -> None:
    text = "".join(f"Paragraph {at}. {'word ' * 120}\n\n" for at in range(20))
    context = context_of(await asked_about(owner, await with_file(owner, text, "long.txt")))
    passages, _ = await search_files(context, "", "LONG.txt", 3)

    assert [passage.number for passage in passages] == list(range(3, 3 + MOST_PASSAGES))
    assert passages[0].text.startswith("Paragraph 2.")
    with pytest.raises(ToolError, match="has 20 passages"):
        await search_files(context, "", "long.txt", 21)


async def test_a_search_of_one_file_leaves_the_others_out(
    owner: User, provider: ScriptedProvider
) -> None:
    files = await with_file(owner, "Owls", "a.txt"), await with_file(owner, "Owls!", "b.txt")
    context = context_of(await asked_about(owner, *files))
    found, names = await search_files(context, "owls", "b.txt", None)

    assert [passage.text for passage in found] == ["Owls!"]
    assert names == ["a.txt", "b.txt"]
    with pytest.raises(ToolError, match=r"There are: a\.txt, b\.txt"):
        await search_files(context, "owls", "c.txt", None)


async def test_a_model_finds_what_was_said_elsewhere(
    owner: User, provider: ScriptedProvider
) -> None:
    elsewhere = await in_database(_said, owner, "Travels", "To the lighthouse")
    provider.will_answer(*calling(call("search_conversations", {"query": "lighthouse"})))
    provider.will_answer(*spoken("In Travels.", "upstream_2"))
    response = await answered(owner, "Where did I mention a lighthouse?", chosen=CHATS)

    (found,) = output_of(response)["conversations"]
    assert found["title"] == "Travels"
    assert found["link"] == f"/c/{elsewhere.conversation_id}?response={elsewhere.pk}"
    assert "To the lighthouse" in found["excerpt"]


async def test_nobody_finds_what_others_said(owner: User, provider: ScriptedProvider) -> None:
    await in_database(_said, await in_database(_eve), "Secrets", "The lighthouse")
    context = context_of(await answered(owner, "A lighthouse?"))
    assert await search_conversations(context, "lighthouse", None, None) == []


@pytest.mark.parametrize("way", ["server", "person", "temporary"])
async def test_where_memory_is_not_the_model_is_not_told_of_other_conversations(
    owner: User, provider: ScriptedProvider, settings: Settings, way: str
) -> None:
    settings.MEMORY = way != "server"
    await in_database(_set_memory, owner, way != "person")
    await answered(owner, chosen=CHATS, temporary=way == "temporary")

    assert told(provider) == []


@pytest.mark.parametrize("way", ["server", "person", "temporary"])
async def test_and_a_model_that_was_told_before_is_refused(
    owner: User, provider: ScriptedProvider, settings: Settings, way: str
) -> None:
    await in_database(_said, owner, "Travels", "To the lighthouse")
    response = await answered(owner, chosen=CHATS)
    assert told(provider) == ["search_conversations"]
    context = context_of(response)
    assert context.search_conversations is not None

    settings.MEMORY = way != "server"
    await in_database(_set_memory, owner, way != "person")
    if way == "temporary":
        await in_database(_make_temporary, response.conversation_id)
    with pytest.raises(ToolError, match="not searched"):
        await context.search_conversations(context, "lighthouse", None, None)


@pytest.mark.parametrize(
    ("function", "more"), [("calculate", 0), ("search_files", 2), ("search_conversations", 1)]
)
def test_whether_there_is_something_to_search_is_asked_once_where_it_matters(
    owner: User, model: Model, function: str, more: int
) -> None:
    def queries(key: str, chosen: dict[str, Any]) -> int:
        items = asking(file, text="What of the owls?")
        with CaptureQueriesContext(connection) as captured:
            row, _ = store(NewResponse(owner=owner, client_key=key, input=items, chosen=chosen), "")
        assert row.settings == chosen
        return len(captured)

    file = attach(owner, "birds.txt", text="Owls hunt at night.")
    without = queries("without", {})
    assert queries("with", {"functions": [function]}) == without + more


def test_a_server_without_memory_does_not_offer_it(settings: Settings) -> None:
    assert "search_conversations" in [tool.name for tool in toolbox.offered()]
    settings.MEMORY = False
    assert "search_conversations" not in [tool.name for tool in toolbox.offered()]


def _said(owner: User, title: str, text: str) -> Response:
    return make_response(make_conversation(owner, title), text)


def _eve() -> User:
    return User.objects.create_user("eve")


def _set_memory(owner: User, on: bool) -> None:
    User.objects.filter(pk=owner.pk).update(memory_on=on)


def _make_temporary(conversation_id: str) -> None:
    soon = timezone.now() + timedelta(hours=1)
    Conversation.objects.filter(pk=conversation_id).update(expires_at=soon)
