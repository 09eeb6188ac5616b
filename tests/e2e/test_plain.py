"""What is stored can be read without scripts."""

import re

from playwright.sync_api import Page, expect

from tests.support.browser import NewContext
from tests.support.chat_page import ChatPage


def test_without_scripts_what_is_stored_is_found_and_read(
    page: Page, new_browser: NewContext
) -> None:
    chat = ChatPage(page).open()
    chat.ask_and_wait("Where do otters live?")
    context = new_browser(java_script_enabled=False)
    context.add_cookies(page.context.cookies())  # type: ignore[arg-type]
    plain = context.new_page()
    plain.goto(page.url)
    expect(plain).to_have_url(re.compile("/plain/conv_"))
    expect(plain.get_by_role("article", name="Answer")).to_contain_text("otters")
    plain.get_by_role("link", name="Conversations").click()
    plain.get_by_role("listitem").get_by_role("link").click()
    expect(plain.get_by_role("article", name="Your message")).to_have_text(
        re.compile("Where do otters live")
    )
    plain.goto("/")
    expect(plain).to_have_url(re.compile("/plain/$"))
