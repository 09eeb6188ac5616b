"""Pages of the web, from the tool's call to the page's words, as the administrator allows it."""

import json
from typing import Any

import pytest
from pytest_django import Settings

from chatapp.accounts.models import User
from conversations.models import Response
from conversations.models.database import in_database
from conversations.network.reach import Place
from conversations.protocol.approvals import answer, own_requests
from conversations.tools.errors import ToolError
from conversations.turns import toolbox
from conversations.turns.request import NewResponse
from conversations.turns.running import turns
from conversations.turns.web import reach, read_page
from tests.support.asking import ask, until_settled
from tests.support.calls import call, calling
from tests.support.listening import listening
from tests.support.pages_of_web import allow, serving
from tests.support.scripted import ScriptedProvider
from tests.support.scripted import answer as spoken

ON = {"functions": ["read_web_page"]}


async def answered(owner: User, text: str, **fields: Any) -> Response:
    return await settled(await ask(owner, text, chosen=ON, **fields))


async def settled(response: Response) -> Response:
    await until_settled()
    return await in_database(Response.objects.select_related("owner").get, pk=response.pk)


def outputs(response: Response) -> list[str]:
    items = response.output
    return [item["output"] for item in items if item["type"] == "function_call_output"]


async def test_a_page_is_fetched_and_read(settings: Settings) -> None:
    async with listening(serving(b"<title>T</title><p>Words <a href=b>and a link</a>")) as port:
        page = await read_page(allow(settings, port))

    assert (page.title, page.text) == ("T", "Words and a link")
    assert page.links[0].url == f"http://127.0.0.1:{port}/b"


async def test_this_machine_is_not_read_unless_an_administrator_names_it() -> None:
    async with listening(serving(b"secret")) as port:
        with pytest.raises(ToolError, match="not allowed"):
            await read_page(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize(
    ("body", "media_type", "told"),
    [
        (b"<script>x</script>", "text/html", "no text of its own"),
        (b"no pdf", "application/pdf", "can't be read"),
        (b"x", "image/png", "no page of text"),
    ],
)
async def test_why_there_is_nothing_to_read_is_told(
    settings: Settings, body: bytes, media_type: str, told: str
) -> None:
    async with listening(serving(body, media_type)) as port:
        with pytest.raises(ToolError, match=told):
            await read_page(allow(settings, port))


def test_this_app_itself_is_out_of_reach(settings: Settings) -> None:
    settings.ORIGINS = ["https://chat.example", "http://127.0.0.1:8000"]
    settings.WEB_INTERNAL_HOSTS = frozenset({Place("127.0.0.1", 8000), Place("chat.example")})

    assert reach().own == {("chat.example", 80), ("chat.example", 443), ("127.0.0.1", 8000)}
    assert not reach().allows("chat.example", 443)
    assert not reach().allows("127.0.0.1", 8000)


async def test_the_administrator_can_switch_it_off(settings: Settings) -> None:
    assert "read_web_page" in [tool.name for tool in toolbox.offered()]
    settings.WEB_READING = False
    assert "read_web_page" not in [tool.name for tool in toolbox.offered()]


async def test_switched_off_it_is_neither_offered_to_a_model_nor_called(
    owner: User, provider: ScriptedProvider, settings: Settings
) -> None:
    settings.WEB_READING = False
    response = await answered(owner, "Read https://example.org")

    assert "tools" not in provider.requests[0]
    assert "read_web_page" not in toolbox.toolbox_of(response).tools


async def test_an_address_that_the_person_wrote_is_read_without_a_question(
    owner: User, provider: ScriptedProvider, settings: Settings
) -> None:
    async with listening(serving(b"<p>It is 40.")) as port:
        url = allow(settings, port)
        provider.will_answer(*calling(call("read_web_page", {"url": url})))
        provider.will_answer(*spoken("Done.", "upstream_2"))
        response = await answered(owner, f"What does {url} say?")

    assert json.loads(outputs(response)[0])["text"] == "It is 40."
    assert not own_requests(response.output)


async def test_any_other_address_is_read_when_the_person_has_agreed(
    owner: User, provider: ScriptedProvider, settings: Settings
) -> None:
    async with listening(serving(b"<p>It is 40.")) as port:
        url = f"{allow(settings, port)}?secret=hunter2"
        provider.will_answer(*calling(call("read_web_page", {"url": url})))
        first = await answered(owner, f"What does {allow(settings, port)} say?")
        (request,) = own_requests(first.output)
        assert outputs(first) == []

        provider.will_answer(*spoken("Done.", "upstream_2"))
        decision = NewResponse(
            owner=owner,
            client_key="a decision",
            input=[answer(request, approve=True)],
            previous_response_id=first.pk,
            chosen=ON,
        )
        second = await settled(await turns.start(decision))

    assert json.loads(outputs(second)[0])["url"] == url
