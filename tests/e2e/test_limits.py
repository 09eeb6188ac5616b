"""Whoever has asked enough is told until when, and keeps what they wrote."""

from playwright.sync_api import Page, expect

from tests.support.chat_page import ChatPage
from tests.support.server import Server

LIMIT = (
    "from conversations.models import Limit, Response;"
    "Limit.objects.create(user=Response.objects.latest('created_at').owner, tokens_per_day=1)"
)


def test_a_message_beyond_a_limit_stays_in_the_box(page: Page, server: Server) -> None:
    chat = ChatPage(page).open()
    chat.ask_and_wait("The first")
    server.manage("shell", "-v0", "-c", LIMIT)
    chat.ask_and_wait("The last of today")
    chat.ask("One too many")
    notice = page.locator("[data-part=notice]")
    expect(notice).to_contain_text("All tokens of this day are used up. It is possible again in ")
    expect(page.locator("#draft")).to_have_value("One too many")
    expect(chat.answers).to_have_count(2)
    page.reload()
    expect(page.locator("#draft")).to_have_value("One too many")
    expect(chat.answers).to_have_count(2)
