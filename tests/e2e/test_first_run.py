"""The first minute: the printed link, the owner's account, the first answer without any key."""

import re
import time
from typing import TYPE_CHECKING

from playwright.sync_api import BrowserContext, expect

from tests.support.browser import PASSWORD, NewContext, NewServer
from tests.support.chat_page import ChatPage
from tests.support.page_errors import PageErrors

if TYPE_CHECKING:
    from tests.support.server import Server

PRINTED_WITHIN = 10  # seconds


def test_the_printed_link_makes_the_owner_once(
    new_server: NewServer,
    context: BrowserContext,
    new_browser: NewContext,
    page_errors: PageErrors,
) -> None:
    server = new_server()
    link = printed_link(server)
    page = context.new_page()
    page.goto(link)
    page.get_by_label("Username").fill("ada")
    page.get_by_label(re.compile("^Password:?$")).fill(PASSWORD)
    page.get_by_label("Password confirmation").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("heading", name="Good to see you, ada.")).to_be_visible()

    chat = ChatPage(page)
    expect(chat.ask_and_wait("What can you do?")).to_contain_text("model")
    page.reload()
    expect(chat.answer).to_contain_text("model")

    page_errors.expect("status of 404.*/accounts/invitation/")
    stranger = new_browser().new_page()
    stranger.goto(link)
    expect(stranger.get_by_role("heading")).to_be_visible()
    expect(stranger.get_by_role("button", name="Create account")).to_have_count(0)


def printed_link(server: "Server") -> str:
    """The link, which is printed a moment after the server listens."""
    deadline = time.monotonic() + PRINTED_WITHIN
    while not (found := re.search(rf"{server.url}/\S+/\S+", server.log_text())):
        assert time.monotonic() < deadline, server.log_text()
        time.sleep(0.05)
    return found.group()
