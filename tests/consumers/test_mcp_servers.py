"""MCP servers over a person's socket: switched on, asked about, refused."""

import json

import pytest

from chatapp.accounts.models import User
from conversations.models import Response
from conversations.models.database import in_database
from conversations.protocol.approvals import answer
from tests.support.calls import call, calling
from tests.support.mcp_servers import listed, make_mcp_server
from tests.support.scripted import ScriptedProvider
from tests.support.scripted import answer as spoken
from tests.support.server import free_port
from tests.support.sockets import open_page

ON = {"mcp_servers": ["wiki"]}


@pytest.mark.parametrize("fields", [None, {"enabled": False}, {"audience": "groups"}])
async def test_one_that_is_not_offered_is_refused_and_nothing_stored(
    owner: User, provider: ScriptedProvider, fields: dict[str, object] | None
) -> None:
    if fields:
        await in_database(make_mcp_server, "wiki", **fields)
    async with open_page(owner) as page:
        error = (await page.ask(settings=ON))["error"]
        assert (error["code"], error["param"]) == ("mcp_server_not_found", "mcp_servers")
        assert error["message"].startswith("An MCP server that is switched on is not offered")
    assert not await in_database(Response.objects.exists)


async def test_a_server_that_is_down_is_asked_about_and_told_of(
    owner: User, provider: ScriptedProvider
) -> None:
    url = f"http://127.0.0.1:{free_port()}/mcp"
    await in_database(make_mcp_server, "wiki", url=url, tools=listed("edit"))
    provider.will_answer(*calling(call("mcp__wiki__edit", {"page": "Bees"})))
    provider.will_answer(*spoken("I could not.", "upstream_2"))
    async with open_page(owner) as page:
        asked = (await page.ask(settings=ON))["response"]["id"]
        done = (await page.receive_until("response.completed"))["response"]
        request = done["output"][-1]
        assert (request["server_label"], request["name"]) == ("wiki", "edit")
        assert done["chosen"] == ON

        await page.send(
            type="response.create",
            client_key="decided",
            input=[answer(request["id"], approve=True)],
            previous_response_id=asked,
            settings=ON,
        )
        output, text = (await page.receive_until("response.completed"))["response"]["output"]
        assert json.loads(output["output"]) == {"error": "Wiki: The server can't be reached."}
        assert text["content"][0]["text"] == "I could not."
