"""A provider with an accent: tested on its page by an administrator, and talked to in the chat."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.support.browser import PASSWORD, NewServer, sign_in
from tests.support.chat_page import ChatPage
from tests.support.processes import running
from tests.support.server import Server, add_people

SAID = ["one", "two", "three", "four", "five"]


@contextmanager
def provider(name: str) -> Iterator[str]:
    """A provider of this accent; its base URL."""
    with running(["-m", "tests.support.accents", name]) as process:
        assert process.stdout
        yield process.stdout.readline().decode().strip()


def administrator(context: BrowserContext, server: Server) -> Page:
    name = "administrator"
    account = {
        "DJANGO_SUPERUSER_USERNAME": name,
        "DJANGO_SUPERUSER_EMAIL": "a@example.com",
        "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
    }
    server.manage("createsuperuser", "--noinput", **account)
    sign_in(context, server.url, add_people(server.data_dir, [name])[name])
    return context.new_page()


@pytest.mark.parametrize("accent", ["claiming", "modelverse"])
def test_five_turns_are_known_to_a_provider_that_was_tested(
    new_server: NewServer, context: BrowserContext, accent: str
) -> None:
    with provider(accent) as url:
        server = new_server(OPENAI_BASE_URL=url, OPENAI_API_KEY="k", OPENAI_MODEL="m")
        page = administrator(context, server)
        page.goto(f"{server.url}/providers/")
        page.get_by_role("link", name="Choose its models").click()
        page.get_by_role("button", name="Test", exact=True).click()
        line = page.get_by_role("row").filter(has_text="Obeys a JSON schema")
        expect(line).to_contain_text("Yes", timeout=20_000)
        expect(page.get_by_text("It is being tested")).to_have_count(0)
        remembers = page.get_by_role("row").filter(has_text="Remembers the conversation")
        expect(remembers).to_contain_text("knew nothing" if accent == "claiming" else "Yes")

        chat = ChatPage(page).open(server.url)
        for said in SAID:
            chat.ask_and_wait(said)
        expect(chat.answers.last).to_contain_text("You said: " + " | ".join(SAID))
