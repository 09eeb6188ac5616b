"""Files that a provider searches for its model: found out, used, cited, and opened."""

import json
from collections.abc import Iterator
from urllib.request import urlopen

import pytest
from playwright.sync_api import BrowserContext, Locator, expect

from tests.e2e.test_accents import administrator
from tests.e2e.test_files import attach, file
from tests.e2e.test_tools import switch_on
from tests.support.browser import NewServer
from tests.support.chat_page import ChatPage
from tests.support.processes import running


@pytest.fixture
def host() -> Iterator[str]:
    """The base URL of a provider that keeps files."""
    with running(["-m", "tests.support.file_host"]) as process:
        assert process.stdout
        yield process.stdout.readline().decode().strip()


def kept(base_url: str) -> list[str]:
    """The names of the files that it has."""
    with urlopen(f"{base_url}/_library", timeout=10) as answer:
        return list(json.load(answer)["files"])


def opened(answer: Locator) -> Locator:
    step = answer.locator("details.step").filter(has_text="Searched the files")
    expect(step).to_have_count(1)
    step.locator("summary").click()
    return step


def test_a_provider_that_keeps_files_searches_them_and_leads_to_ours(
    new_server: NewServer, context: BrowserContext, host: str
) -> None:
    settings = {"OPENAI_BASE_URL": host, "OPENAI_API_KEY": "k", "OPENAI_MODEL": "m"}
    server = new_server(**settings)
    page = administrator(context, server)
    page.goto(f"{server.url}/providers/")
    page.get_by_role("link", name="Choose its models").first.click()
    page.get_by_role("button", name="Test").click()
    expect(page.get_by_text("Keeps files to search in")).to_be_visible(timeout=30_000)
    page.get_by_label("Keeps files and searches them").check()
    page.get_by_role("button", name="Save").first.click()

    chat = ChatPage(page).open(server.url)
    switch_on(page, "Search files")
    attach(page, file("birds.csv", b"bird,when\nowls,at night\n", "text/csv"))
    answer = chat.ask_and_wait("When do owls hunt?")
    expect(answer).to_contain_text("owls,at night")
    assert kept(host) == ["birds.csv.txt"]

    for _ in ("live", "after a reload"):
        answer.get_by_role("button", name="birds.csv").last.click()
        page.get_by_role("button", name="Open the file").click()
        dialog = page.get_by_role("dialog", name="birds.csv")
        expect(dialog).to_contain_text("bird,when")
        dialog.get_by_role("button", name="Close").click()

        step = opened(answer)
        step.get_by_role("button", name="birds.csv").click()
        expect(dialog).to_contain_text("24 B")
        dialog.get_by_role("button", name="Close").click()
        page.reload()
        chat.wait()
