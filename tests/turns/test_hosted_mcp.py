"""MCP servers that the provider calls: what it is sent of them, asks, and never gives away."""

import json
import logging
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Any, cast

import pytest
from django.contrib.admin.utils import quote
from django.urls import reverse

from chatapp.accounts.models import Role, User
from conversations.models import McpServer, Model, Provider, Response
from conversations.models.database import in_database
from conversations.models.response import Status
from conversations.protocol.approvals import answer
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.events import Event
from conversations.protocol.items import Item
from conversations.turns import kept, upstream
from conversations.turns.estimate import estimate
from conversations.turns.request import NewResponse
from conversations.turns.running import turns
from conversations.turns.takeover import take_over, watch
from conversations.turns.upstream import Upstream
from tests.support.asking import ask, events_of, question, stored, until_settled
from tests.support.calls import call, calling
from tests.support.mcp_servers import listed, make_mcp_server
from tests.support.models import make_conversation, make_response
from tests.support.people import make_person, signed_in
from tests.support.scripted import ScriptedProvider, message, numbered
from tests.support.scripted import answer as spoken
from tests.support.server import free_port

if TYPE_CHECKING:
    from conversations.providers.steering import SteerableAnswer

ON = {"mcp_servers": ["wiki"]}
SECRETS = ("swordfish", "secret-seven")
TOLD = {
    "type": "mcp",
    "server_label": "wiki",
    "server_url": "https://wiki.test/mcp",
    "server_description": "What we know.",
    "authorization": "swordfish",
    "headers": {"X-Team": "secret-seven"},
    "require_approval": "always",
}


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upstream, "REPEAT_SECONDS", 0.0)
    watch.forget()


@pytest.fixture
def wiki(owner: User, model: Model) -> McpServer:
    """A server that providers call, and a provider that does."""
    Provider.objects.update(calls_mcp=True)
    model.provider.refresh_from_db()
    return make_mcp_server(
        "wiki",
        called_by="provider",
        description="What we know.",
        tools=listed("search", "edit"),
    )


async def answered(owner: User, **fields: Any) -> Response:
    response = await ask(owner, chosen=ON, **fields)
    await until_settled()
    return await in_database(Response.objects.select_related("owner").get, pk=response.pk)


def asking() -> list[dict[str, Any]]:
    """An answer that asks for a tool, from a provider that repeats what it was sent."""
    echo = {"id": "upstream_1", "status": "in_progress", "output": [], "tools": [TOLD]}
    request = {
        "id": "mcpr_1",
        "type": "mcp_approval_request",
        "server_label": "wiki",
        "name": "edit",
        "arguments": "{}",
    }
    list_tools = {
        "id": "mcpl_1",
        "type": "mcp_list_tools",
        "server_label": "wiki",
        "tools": [{"name": "edit", "input_schema": {}, "description": "By swordfish."}],
    }
    end = {**echo, "status": "completed", "output": [list_tools, request]}
    return [
        {"type": "response.created", "response": echo},
        {"type": "response.output_item.done", "output_index": 0, "item": list_tools},
        {"type": "response.output_item.done", "output_index": 1, "item": request},
        {"type": "response.completed", "response": end},
    ]


async def test_the_provider_is_told_where_it_is_and_what_lets_it_in(
    owner: User, provider: ScriptedProvider, wiki: McpServer
) -> None:
    await answered(owner)
    assert provider.requests[0]["tools"] == [TOLD]


async def test_what_an_administrator_decided_goes_with_it(
    owner: User, provider: ScriptedProvider, wiki: McpServer
) -> None:
    wiki.rules = {"search": "allowed", "edit": "forbidden"}
    await in_database(wiki.save)
    await answered(owner)
    (tool,) = provider.requests[0]["tools"]
    assert tool["allowed_tools"] == ["search"]
    assert tool["require_approval"] == {"never": {"tool_names": ["search"]}}


@pytest.mark.parametrize("calls_mcp", [None, False])
async def test_a_provider_that_calls_no_servers_has_its_tools_called_from_here(
    owner: User, provider: ScriptedProvider, wiki: McpServer, calls_mcp: bool | None
) -> None:
    await in_database(Provider.objects.update, calls_mcp=calls_mcp)
    await answered(owner)
    names = [tool["name"] for tool in provider.requests[0]["tools"]]
    assert names == ["mcp__wiki__search", "mcp__wiki__edit"]
    assert "swordfish" not in json.dumps(provider.requests)


async def test_a_server_that_is_called_from_here_is_not_given_away(
    owner: User, provider: ScriptedProvider, wiki: McpServer
) -> None:
    await in_database(McpServer.objects.update, called_by="here")
    await answered(owner)
    assert {tool["type"] for tool in provider.requests[0]["tools"]} == {"function"}


async def test_one_that_calls_servers_and_no_functions_is_told_of_those_alone(
    owner: User, provider: ScriptedProvider, wiki: McpServer
) -> None:
    await in_database(Provider.objects.update, calls_functions=False)
    await in_database(make_mcp_server, "station", tools=listed("weather"))
    response = await ask(
        owner, chosen={"mcp_servers": ["wiki", "station"], "functions": ["calculate"]}
    )
    await until_settled()
    assert provider.requests[0]["tools"] == [TOLD]
    assert (await stored(response)).unsupported == ["functions"]


async def test_what_it_asks_is_decided_and_it_is_told_all_once_more(
    owner: User, provider: ScriptedProvider, wiki: McpServer
) -> None:
    provider.will_answer(*asking())
    asked = await answered(owner)
    assert asked.status == Status.COMPLETED
    decision = answer("mcpr_1", approve=True)
    new = NewResponse(
        owner=owner,
        client_key="decided",
        input=[decision],
        previous_response_id=asked.pk,
        chosen=ON,
    )
    await turns.start(new)
    await until_settled()

    sent = provider.requests[1]
    assert (sent["previous_response_id"], sent["input"]) == ("upstream_1", [decision])
    assert sent["tools"] == [TOLD]


async def test_no_secret_is_in_what_is_stored_and_told_though_it_is_repeated(
    owner: User, provider: ScriptedProvider, wiki: McpServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "conversations")
    provider.will_answer(*asking())
    response = await ask(owner, chosen=ON)
    events = await events_of(response)
    await until_settled()

    refusal = "Not with swordfish and secret-seven."
    failure = {"kind": "bad_request", "name": "Example", "words": refusal}
    provider.will_answer(
        ProviderError(ErrorKind.BAD_REQUEST, refusal, failure=failure, detail=refusal, status=400)
    )
    failed = await ask(owner, "And now?", chosen=ON)
    events += await events_of(failed)
    await until_settled()

    def pages() -> list[str]:
        """What its person, and who reviews it, can read of it."""
        there = f"/conversations/{response.conversation_id}/export"
        review = reverse(
            "admin:conversations_conversation_change", args=[quote(response.conversation_id)]
        )
        mine, reviewers = signed_in(owner), signed_in(make_person("rex", Role.REVIEWER))
        read = [mine.get(f"{there}.{kind}") for kind in ("md", "json")]
        read += [mine.get("/"), reviewers.get(review)]
        assert {page.status_code for page in read} == {200}
        return [page.content.decode() for page in read]

    kept = json.dumps(
        [
            events,
            await in_database(pages),
            caplog.text,
            await in_database(lambda: list(Response.objects.values())),
            await in_database(lambda: [one.to_api() for one in Response.objects.all()]),
        ],
        default=str,
    )
    assert "Not with [secret] and [secret]." in kept
    assert not any(secret in kept for secret in SECRETS)


CUT = ProviderError(ErrorKind.CUT, "Cut off.", detail="Cut by swordfish.")
GONE = ProviderError(ErrorKind.NOT_FOUND, "No such one.", detail="No swordfish.", status=404)
FORBIDDEN = ProviderError(ErrorKind.FORBIDDEN, "Not with swordfish.", status=403)


@pytest.mark.parametrize(
    ("background", "then", "is_kept"),
    [
        (True, numbered(asking())[1:], False),
        (True, [GONE], True),
        (True, [FORBIDDEN], False),
        (False, [], True),
    ],
    ids=["streamed again", "asked for", "refused", "stored"],
)
async def test_nor_is_it_where_an_answer_is_read_on(
    owner: User,
    provider: ScriptedProvider,
    wiki: McpServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    background: bool,
    then: list[Any],
    is_kept: bool,
) -> None:
    caplog.set_level(logging.DEBUG, "conversations")
    monkeypatch.setattr(kept, "FIRST_PAUSE", 0.0)
    await in_database(Provider.objects.update, background=True)
    provider.will_answer(*numbered(asking())[:1], CUT)
    if then:
        provider.will_answer(*then)
    if is_kept:
        provider.kept["upstream_1"] = asking()[-1]["response"]
    response = await ask(owner, chosen=ON, background=background)
    events = await events_of(response)
    await until_settled()
    row = await stored(response)
    told = json.dumps([events, row.output, row.error])
    assert "By [secret]." in told or "Not with [secret]." in told
    assert not any(secret in told + caplog.text for secret in SECRETS)


class Spoken:
    """A websocket on which an answer follows to what was said into the one before."""

    async def steer(self, items: Sequence[Item]) -> None:
        pass

    async def events(self) -> AsyncIterator[Event]:
        for event in asking():
            yield event

    async def aclose(self) -> None:
        pass


async def test_nor_is_it_in_what_follows_on_a_websocket(
    owner: User, provider: ScriptedProvider, wiki: McpServer
) -> None:
    row = await answered(owner)
    before = Upstream(row, lambda seconds, error: None)
    before._line.answer = cast("SteerableAnswer", Spoken())
    await before.steer([])
    await before._line.read(is_whole=True)
    after = Upstream(row, lambda seconds, error: None, before)
    told = json.dumps([event async for event in after.events()])
    assert "By [secret]." in told
    assert not any(secret in told for secret in SECRETS)


async def test_a_count_of_tokens_tells_nobody_of_it(
    owner: User, provider: ScriptedProvider, wiki: McpServer
) -> None:
    await estimate(question(owner, chosen=ON), exact=True)
    assert provider.counted
    assert not any(secret in json.dumps(provider.counted) for secret in SECRETS)


async def test_a_provider_that_refuses_it_calls_no_servers_from_then_on(
    owner: User, model: Model, provider: ScriptedProvider, wiki: McpServer
) -> None:
    provider.will_answer(
        ProviderError(ErrorKind.UNSUPPORTED_PARAMETER, "No.", param="tools[0].type", status=400)
    )
    response = await answered(owner)

    assert response.status == Status.COMPLETED
    assert [tool["type"] for tool in provider.requests[1]["tools"]] == ["function", "function"]
    fresh = await in_database(Provider.objects.get, pk=model.provider_id)
    assert fresh.calls_mcp is False
    assert response.unsupported == []


@pytest.mark.parametrize("functions", [{}, {"functions": ["calculate"]}])
async def test_what_it_refuses_of_a_server_that_is_called_from_here_says_nothing_of_others(
    owner: User,
    model: Model,
    provider: ScriptedProvider,
    wiki: McpServer,
    functions: dict[str, Any],
) -> None:
    await in_database(make_mcp_server, "station", tools=listed("weather"))
    place = len(functions)
    provider.will_answer(
        ProviderError(
            ErrorKind.UNSUPPORTED_PARAMETER, "No.", param=f"tools[{place}].parameters", status=400
        )
    )
    chosen = {"mcp_servers": ["station", "wiki"], **functions}
    response = await ask(owner, chosen=chosen)
    await until_settled()
    response = await stored(response)

    assert provider.requests[0]["tools"][place]["name"] == "mcp__station__weather"
    kinds = [tool["type"] for tool in provider.requests[1]["tools"]]
    assert kinds == ["function"] * place + ["mcp"]
    assert (response.status, response.unsupported) == (Status.COMPLETED, ["mcp_servers.station"])
    fresh = await in_database(Model.objects.select_related("provider").get, pk=model.pk)
    assert (fresh.provider.calls_mcp, fresh.unsupported) == (True, [])


async def test_a_function_that_it_makes_of_such_a_tool_asks_as_any_other(
    owner: User, provider: ScriptedProvider, wiki: McpServer
) -> None:
    provider.will_answer(*calling(call("mcp__wiki__edit")))
    response = await answered(owner)
    assert [item["type"] for item in response.output] == ["function_call", "mcp_approval_request"]


# Nothing happens twice


@pytest.mark.parametrize(
    ("kind", "asked"), [(ErrorKind.SERVER, 1), (ErrorKind.OVERLOADED, 1), (ErrorKind.QUOTA, 2)]
)
async def test_nobody_stands_in_where_a_tool_may_have_been_used(
    owner: User,
    provider: ScriptedProvider,
    wiki: McpServer,
    backup: Model,
    kind: ErrorKind,
    asked: int,
) -> None:
    provider.will_answer(ProviderError(kind, "No.", status=500))
    await answered(owner)
    assert len(provider.requests) == asked


async def test_a_failure_that_may_pass_is_not_asked_about_again(
    owner: User, provider: ScriptedProvider, wiki: McpServer
) -> None:
    failed = {
        "id": "upstream_1",
        "status": "failed",
        "output": [],
        "error": {"code": "server_error"},
    }
    provider.will_answer({"type": "response.failed", "response": failed})
    response = await answered(owner)
    assert (response.status, len(provider.requests)) == (Status.FAILED, 1)


async def test_nor_is_one_whose_process_died(
    owner: User, model: Model, provider: ScriptedProvider, wiki: McpServer
) -> None:
    def left() -> Response:
        return make_response(
            make_conversation(owner),
            answer="",
            status=Status.IN_PROGRESS,
            worker="dead.1",
            settings=ON,
            model=model,
            provider=model.provider,
        )

    dead = await in_database(left)
    await take_over(alone=True)
    await until_settled()
    row = await stored(dead)
    assert (row.status, provider.requests) == (Status.INCOMPLETE, [])


async def test_another_provider_that_stands_in_is_told_of_it_in_its_own_way(
    owner: User, provider: ScriptedProvider, wiki: McpServer, backup: Model
) -> None:
    provider.will_answer(ProviderError(ErrorKind.QUOTA, "No.", status=429))
    wiki.rule, wiki.url = "allowed", f"http://127.0.0.1:{free_port()}/mcp"
    await in_database(wiki.save)
    provider.will_answer(*calling(message("I look."), call("mcp__wiki__search")))
    provider.will_answer(*spoken("Nothing.", "upstream_2"))
    response = await answered(owner)

    first, second, third = provider.requests
    assert [tool["type"] for tool in first["tools"]] == ["mcp"]
    assert [tool["type"] for tool in second["tools"]] == ["function", "function"]
    assert "Wiki: The server can't be reached." in third["input"][-1]["output"]
    assert response.status == Status.COMPLETED
