"""An answer that uses the tools of MCP servers: they are called from here, with leave."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chatapp.accounts.models import User
from conversations.models import Assistant, McpServer, Model, Response, ToolCall
from conversations.models.approval import allowed_in
from conversations.models.database import in_database
from conversations.models.response import Status
from conversations.protocol.approvals import Tool as AskedTool
from conversations.protocol.approvals import own_requests
from conversations.protocol.functions import NO_PICTURE, calls_in
from conversations.protocol.mcp import function_name
from conversations.turns import calls, limits
from conversations.turns.mcp_listing import look
from conversations.turns.request import RequestError
from conversations.turns.running import turns
from conversations.turns.takeover import take_over, watch
from conversations.turns.toolbox import toolbox_of
from tests.support.asking import ask, events_of, stored, until_settled
from tests.support.calls import call, calling
from tests.support.deciding import decided, decision
from tests.support.mcp_peer import speaking
from tests.support.mcp_server import mcp_server
from tests.support.mcp_servers import listed, make_mcp_server
from tests.support.misbehaving import MisbehavingProvider, silence
from tests.support.models import make_conversation, make_response
from tests.support.scripted import ScriptedProvider
from tests.support.scripted import answer as spoken
from tests.support.server import free_port

ON = {"mcp_servers": ["station"]}
HAS_TO = {**ON, "tool_choice": "required"}
WEATHER, WINDOW = "mcp__station__weather", "mcp__station__open_window"
IN_LUND = "In Lund it is sunny, 21 degrees."


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("station") / "calls"


@pytest.fixture(scope="module")
def url(record: Path) -> Iterator[str]:
    with mcp_server(MCP_TOKEN="swordfish", MCP_RECORD=str(record)) as where:
        yield where


@pytest.fixture
async def station(owner: User, url: str, record: Path) -> McpServer:
    """A server whose tools are known; nothing was done there yet."""
    _forget(record)
    server = await in_database(make_mcp_server, "station", url=url, headers="")
    await look(server)
    assert server.fault == ""
    return server


def _forget(record: Path) -> None:
    record.write_text("")


async def rule(server: McpServer, **rules: str) -> None:
    server.rules = rules
    await in_database(server.save)


async def answered(owner: User, text: str = "How is it there?", **fields: Any) -> Response:
    response = await ask(owner, text, chosen=fields.pop("chosen", ON), **fields)
    await until_settled()
    return await in_database(Response.objects.select_related("owner").get, pk=response.pk)


def done_at(record: Path) -> str:
    """What the server was had to do."""
    return record.read_text()


def kinds(response: Response) -> list[str]:
    return [item["type"] for item in response.output]


def outputs(response: Response) -> list[Any]:
    return [item["output"] for item in response.output if item["type"] == "function_call_output"]


def names(sent: dict[str, Any]) -> list[str]:
    return [tool["name"] for tool in sent.get("tools", [])]


# What is told


async def test_a_model_is_told_of_the_tools_of_the_servers_that_are_on(
    owner: User, provider: ScriptedProvider, station: McpServer
) -> None:
    response = await answered(owner, chosen={"functions": ["calculate"], **ON})

    assert names(provider.requests[0]) == [
        "calculate",
        WEATHER,
        WINDOW,
        function_name("station", "look.out"),
        "mcp__station__fail",
        "mcp__station__flood",
    ]
    weather = provider.requests[0]["tools"][1]
    assert weather["description"] == "Tell the weather at a place."
    assert weather["parameters"]["required"] == ["place"]
    assert "mcp_servers" not in provider.requests[0]
    assert response.settings["mcp_servers"] == ["station"]
    assert "swordfish" not in json.dumps(provider.requests)


async def test_what_is_forbidden_is_not_told_nor_called(
    owner: User, provider: ScriptedProvider, station: McpServer, record: Path
) -> None:
    await rule(station, weather="forbidden")
    provider.will_answer(*calling(call(WEATHER, {"place": "Lund"})))
    response = await answered(owner)

    assert WEATHER not in names(provider.requests[0])
    assert json.loads(outputs(response)[0]) == {"error": f"There is no tool named {WEATHER}."}
    assert done_at(record) == ""


async def test_a_server_that_is_switched_off_by_then_is_left_out(
    owner: User, provider: ScriptedProvider, station: McpServer
) -> None:
    await in_database(
        Assistant.objects.create, owner=owner, name="Meteorologist", settings=HAS_TO, id="asst_1"
    )
    await in_database(McpServer.objects.update, enabled=False)
    response = await answered(owner, chosen={}, assistant_id="asst_1")

    assert response.status == Status.COMPLETED
    assert names(provider.requests[0]) == []


async def test_an_assistant_brings_its_servers_to_those_who_may_use_them(
    owner: User, provider: ScriptedProvider, station: McpServer
) -> None:
    await in_database(
        Assistant.objects.create, owner=owner, name="Meteorologist", settings=HAS_TO, id="asst_1"
    )
    await answered(owner, chosen={}, assistant_id="asst_1")
    assert WEATHER in names(provider.requests[0])
    assert provider.requests[0]["tool_choice"] == "required"

    station.audience = "groups"
    await in_database(station.save)
    await answered(owner, "Again?", chosen={}, assistant_id="asst_1")
    assert not {"tools", "tool_choice"} & provider.requests[1].keys()


async def test_where_no_file_is_there_to_search_a_server_has_to_be_used(
    owner: User, provider: ScriptedProvider, station: McpServer
) -> None:
    await answered(owner, chosen={**HAS_TO, "functions": ["search_files"]})
    assert WEATHER in names(provider.requests[0])
    assert provider.requests[0]["tool_choice"] == "required"


@pytest.mark.parametrize("change", [{"enabled": False}, {"audience": "groups"}, {"label": "other"}])
async def test_one_that_may_not_be_used_is_refused(
    owner: User, provider: ScriptedProvider, station: McpServer, change: dict[str, Any]
) -> None:
    await in_database(McpServer.objects.update, **change)
    with pytest.raises(RequestError) as refused:
        await ask(owner, chosen=ON)
    assert (refused.value.code, refused.value.param) == ("mcp_server_not_found", "mcp_servers")
    assert not await in_database(Response.objects.exists)


async def test_who_is_in_its_group_may_use_it(
    owner: User, provider: ScriptedProvider, station: McpServer
) -> None:
    def share() -> None:
        team = Group.objects.create(name="team")
        owner.groups.add(team)
        station.audience = "groups"
        station.save()
        station.groups.add(team)

    await in_database(share)
    await answered(owner)
    assert WEATHER in names(provider.requests[0])


async def test_a_model_that_calls_no_functions_is_told_of_no_server(
    owner: User, model: Model, provider: ScriptedProvider, station: McpServer
) -> None:
    model.provider.calls_functions = False
    await in_database(model.provider.save)
    response = await answered(owner)

    assert names(provider.requests[0]) == []
    assert response.unsupported == ["mcp_servers"]


async def test_an_answer_without_servers_asks_the_database_for_none(
    owner: User, model: Model, station: McpServer
) -> None:
    def queries(settings: dict[str, Any]) -> int:
        row = make_response(make_conversation(owner), settings=settings, provider=model.provider)
        with CaptureQueriesContext(connection) as captured:
            toolbox_of(row)
        return len(captured)

    assert await in_database(queries, {"functions": ["calculate"]}) == 0
    assert await in_database(queries, ON) == 1


# What is called


async def test_a_tool_that_is_always_allowed_is_called_and_the_model_told(
    owner: User, provider: ScriptedProvider, station: McpServer, record: Path
) -> None:
    await rule(station, weather="allowed")
    provider.will_answer(*calling(call(WEATHER, {"place": "Lund"})))
    provider.will_answer(*spoken("Sunny.", "upstream_2"))
    response = await answered(owner)

    assert done_at(record) == "weather {'place': 'Lund'}\n"
    assert kinds(response) == ["function_call", "function_call_output", "message"]
    assert outputs(response) == [IN_LUND]
    assert provider.requests[1]["input"][0]["output"] == IN_LUND
    assert names(provider.requests[1]) == names(provider.requests[0])
    row = await in_database(ToolCall.objects.get)
    assert (row.name, row.output, row.effects, row.decision) == (WEATHER, IN_LUND, False, "")


async def test_one_that_asks_is_called_when_its_person_agrees(
    owner: User, provider: ScriptedProvider, station: McpServer, record: Path
) -> None:
    provider.will_answer(*calling(call(WINDOW, {"number": 3})))
    asked = await answered(owner)

    assert asked.status == Status.COMPLETED
    assert done_at(record) == ""
    (request,) = own_requests(asked.output).values()
    assert (request["server_label"], request["name"]) == ("station", "open_window")
    assert json.loads(request["arguments"]) == {"number": 3}

    response = await decided(decision(asked, True, chosen=ON))
    assert done_at(record) == "open_window {'number': 3}\n"
    assert outputs(response) == ["Window 3 is open."]
    row = await in_database(ToolCall.objects.get)
    assert (row.decision, row.effects) == ("allowed", True)


async def test_what_is_denied_is_not_called(
    owner: User, provider: ScriptedProvider, station: McpServer, record: Path
) -> None:
    provider.will_answer(*calling(call(WINDOW, {"number": 3})))
    response = await decided(decision(await answered(owner), False, chosen=ON))

    assert done_at(record) == ""
    assert "did not allow" in outputs(response)[0]


async def test_what_is_allowed_in_the_conversation_asks_no_more(
    owner: User, provider: ScriptedProvider, station: McpServer, record: Path
) -> None:
    provider.will_answer(*calling(call(WINDOW, {"number": 1})))
    asked = await answered(owner)
    provider.will_answer(*calling(call(WINDOW, {"number": 2}), upstream_id="upstream_2"))
    await decided(decision(asked, True, always=True, chosen=ON))

    allowed = await in_database(allowed_in, asked.conversation_id)
    assert allowed == {AskedTool("station", "open_window")}
    assert done_at(record) == "open_window {'number': 1}\nopen_window {'number': 2}\n"


async def test_what_was_forbidden_since_it_asked_is_not_called(
    owner: User, provider: ScriptedProvider, station: McpServer, record: Path
) -> None:
    provider.will_answer(*calling(call(WINDOW, {"number": 3})))
    asked = await answered(owner)
    await rule(station, open_window="forbidden")
    response = await decided(decision(asked, True, chosen=ON))

    assert done_at(record) == ""
    assert "no tool named" in outputs(response)[0]


async def test_a_tool_with_a_name_that_no_function_has_is_called_by_its_own(
    owner: User, provider: ScriptedProvider, station: McpServer
) -> None:
    provider.will_answer(*calling(call(function_name("station", "look.out"))))
    asked = await answered(owner)
    (request,) = own_requests(asked.output).values()
    assert request["name"] == "look.out"
    response = await decided(decision(asked, True, chosen=ON))
    assert outputs(response)[0][0]["text"] == "What is seen from the station:"


async def test_a_picture_is_shown_to_who_looks_at_pictures(
    owner: User, model: Model, provider: ScriptedProvider, station: McpServer
) -> None:
    await rule(station, **{"look.out": "allowed"})
    provider.will_answer(*calling(call(function_name("station", "look.out"))))
    response = await answered(owner)

    text, picture = outputs(response)[0]
    assert text == {"type": "input_text", "text": "What is seen from the station:"}
    assert picture["image_url"].startswith("data:image/png;base64,")
    assert provider.requests[1]["input"][0]["output"] == [text, picture]
    record = await in_database(ToolCall.objects.get)
    assert record.pictures == [picture["image_url"]]


async def test_an_answer_holds_no_more_pictures_than_so_many(
    owner: User, provider: ScriptedProvider, station: McpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_PICTURES", 1)
    await rule(station, **{"look.out": "allowed"})
    look = function_name("station", "look.out")
    provider.will_answer(*calling(call(look)))
    provider.will_answer(*calling(call(look, call_id="c2")))
    response = await answered(owner)

    first, second = outputs(response)
    assert [part["type"] for part in first] == ["input_text", "input_image"]
    assert second.endswith(limits.TOO_MANY.format(count=1))
    records = await in_database(lambda: list(ToolCall.objects.order_by("output_index")))
    assert [len(record.pictures) for record in records] == [1, 0]


async def test_who_looks_at_none_is_told_that_there_was_one(
    owner: User, model: Model, provider: ScriptedProvider, station: McpServer
) -> None:
    await in_database(Model.objects.update, takes_images=False)
    await rule(station, **{"look.out": "allowed"})
    provider.will_answer(*calling(call(function_name("station", "look.out"))))
    response = await answered(owner)

    told = provider.requests[1]["input"][0]["output"]
    assert told == f"What is seen from the station:\n\n{NO_PICTURE}"
    assert outputs(response)[0][1]["type"] == "input_image", "its person sees it all the same"


async def test_what_fails_there_is_told_to_the_model(
    owner: User, provider: ScriptedProvider, station: McpServer
) -> None:
    await rule(station, fail="allowed")
    provider.will_answer(*calling(call("mcp__station__fail")))
    response = await answered(owner)

    assert response.status == Status.COMPLETED
    assert "The anemometer is frozen." in json.loads(outputs(response)[0])["error"]
    assert (await in_database(ToolCall.objects.get)).error


async def test_what_is_too_long_is_cut(
    owner: User, provider: ScriptedProvider, station: McpServer
) -> None:
    await rule(station, flood="allowed")
    provider.will_answer(*calling(call("mcp__station__flood", {"characters": 100_000})))
    response = await answered(owner)

    assert len(outputs(response)[0]) < 21_000
    assert "Cut here" in outputs(response)[0]


async def test_a_server_that_is_down_is_an_error_that_the_model_is_told(
    owner: User, provider: ScriptedProvider
) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}/mcp"
    await in_database(
        make_mcp_server, "station", url=nowhere, tools=listed("weather"), rule="allowed"
    )
    provider.will_answer(*calling(call(WEATHER, {"place": "Lund"})))
    response = await answered(owner)

    told = json.loads(outputs(response)[0])
    assert told == {"error": "Station: The server can't be reached."}
    assert response.status == Status.COMPLETED


async def test_a_stop_ends_an_answer_whose_server_is_silent(
    owner: User, provider: ScriptedProvider
) -> None:
    async with MisbehavingProvider(speaking(call=silence)) as peer:
        await in_database(
            make_mcp_server, "station", url=peer.url, tools=listed("weather"), rule="allowed"
        )
        provider.will_answer(*calling(call(WEATHER)))
        response = await ask(owner, chosen=ON)
        await peer.asked.wait()
        assert turns.stop(response.pk)
        await until_settled()

    row = await stored(response)
    assert row.status == Status.CANCELLED
    assert "stopped" in outputs(row)[0]
    assert len(provider.requests) == 1


# What is told of it


async def test_no_secret_is_in_what_is_stored_and_told(
    owner: User,
    provider: ScriptedProvider,
    station: McpServer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await rule(station, weather="allowed")
    provider.will_answer(*calling(call(WEATHER, {"place": "Lund"})))
    response = await ask(owner, chosen=ON)
    events = await events_of(response)
    await until_settled()

    def rows() -> list[Any]:
        return [*Response.objects.values(), *ToolCall.objects.values()]

    kept = json.dumps([events, await in_database(rows), caplog.text], default=str)
    assert IN_LUND in kept
    assert "swordfish" not in kept


# A process that dies


@pytest.fixture(autouse=True)
def _nothing_watched() -> None:
    watch.forget()


def left_behind(owner: User, model: Model, item: dict[str, Any]) -> Response:
    """An answer that has called this when its process died, in the middle of the call."""
    row = make_response(
        make_conversation(owner),
        answer="",
        output=[item],
        status=Status.IN_PROGRESS,
        worker="dead.1",
        rounds=[{"at": 0, "until": 1, "upstream_id": "upstream_1", "usage": None}],
        upstream_id="upstream_1",
        sequence_number=7,
        settings=ON,
        model=model,
        provider=model.provider,
    )
    found = calls_in([item])[0]
    ToolCall.objects.create(
        response=row,
        output_index=found.at,
        name=found.name,
        effects=found.name == WINDOW,
        began_at=timezone.now(),
    )
    return row


@pytest.mark.parametrize(
    ("item", "done"),
    [
        (call(WINDOW, {"number": 3}), ""),
        (call(WEATHER, {"place": "Lund"}), "weather {'place': 'Lund'}\n"),
    ],
)
async def test_after_a_crash_only_what_reads_is_called_again(
    owner: User,
    model: Model,
    provider: ScriptedProvider,
    station: McpServer,
    record: Path,
    item: dict[str, Any],
    done: str,
) -> None:
    await rule(station, open_window="allowed", weather="allowed")
    dead = await in_database(left_behind, owner, model, item)
    await take_over(alone=True)
    await until_settled()
    row = await stored(dead)

    assert done_at(record) == done
    assert row.status == Status.COMPLETED
    assert outputs(row) == [IN_LUND if done else json.dumps({"error": calls.UNKNOWN})]
