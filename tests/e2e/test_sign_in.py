"""Signing in and out with the forms."""

import re

from playwright.sync_api import BrowserContext, expect

from tests.support.browser import PASSWORD
from tests.support.chat_page import ChatPage


def test_signing_in_leads_to_where_one_was_going(context: BrowserContext, owner: str) -> None:
    page = context.new_page()
    page.goto("/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.get_by_label("Username").fill(owner)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    chat = ChatPage(page)
    chat.ask_and_wait("Am I in?")
    expect(chat.answer).to_contain_text("You asked: Am I in?")


def test_signing_out_closes_every_tab(person: BrowserContext) -> None:
    first = ChatPage(person.new_page()).open()
    second = ChatPage(person.new_page()).open()
    second.draft.fill("not sent yet")
    first.page.get_by_role("button", name=re.compile("^person")).click()
    first.page.get_by_role("menuitem", name="Sign out").click()
    for chat in (first, second):
        expect(chat.page.get_by_role("heading", name="Sign in")).to_be_visible()
