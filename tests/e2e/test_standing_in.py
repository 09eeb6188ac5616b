"""A provider is away: the next in the order answers, says so, and can be forbidden to."""

import re

from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.test_accents import administrator
from tests.support.browser import NewServer
from tests.support.chat_page import ChatPage
from tests.support.server import FakeProvider, free_port

INSTEAD = "Answered by fake-model of Backup instead. 127.0.0.1 can't be reached."


def test_the_next_provider_answers_and_says_so_unless_only_this_model_is_asked(
    new_server: NewServer, context: BrowserContext, provider: FakeProvider
) -> None:
    away = f"http://127.0.0.1:{free_port()}/v1"
    server = new_server(OPENAI_BASE_URL=away, OPENAI_API_KEY="k", OPENAI_MODEL="gone")
    page = administrator(context, server)
    page.goto(f"{server.url}/providers/")
    page.get_by_label("Name").fill("Backup")
    page.get_by_label("Base URL").fill(provider.base_url)
    page.get_by_role("button", name="Connect", exact=True).click()
    number(page, "2")
    page.get_by_role("link", name="Choose its models").first.click()
    number(page, "1")

    chat = ChatPage(page).open(server.url)
    expect(chat.ask_and_wait("fast hello")).to_contain_text(INSTEAD, timeout=20_000)
    page.reload()
    expect(chat.answer).to_contain_text(INSTEAD)

    only = page.get_by_role("button", name="Only this model")
    only.click()
    expect(only).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(only).to_have_attribute("aria-pressed", "true")
    page.locator("#draft").fill("fast again")
    page.locator("#draft").press("Enter")
    refused = page.locator(".answer .status [data-part='text']").last
    expect(refused).to_have_text(re.compile(r"^No answer.*can't be reached"), timeout=20_000)


def number(page: Page, order: str) -> None:
    """The place of the provider whose page is open."""
    page.get_by_label("Order of standing in").fill(order)
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_text(f"number {order} in the order")).to_be_visible()
