"""A page whose scripts are still on their way."""

import re

from playwright.sync_api import Page, Route, expect

from tests.support.chat_page import ChatPage


def test_what_is_typed_before_the_page_is_ready_is_neither_sent_nor_lost(page: Page) -> None:
    held: list[Route] = []
    page.route(re.compile(r"/bundles/chat\.\w+\.mjs"), lambda route: held.append(route))
    page.goto("/", wait_until="commit")
    chat = ChatPage(page)
    chat.draft.fill("Typed early")
    expect(chat.send).to_be_disabled()
    while not held:
        page.wait_for_timeout(10)
    for route in held:
        route.continue_()
    chat.wait_until_ready()
    expect(chat.draft).to_have_value("Typed early")
    chat.send.click()
    expect(chat.wait()).to_contain_text("You asked: Typed early")
