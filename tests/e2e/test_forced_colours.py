"""With the system's own colours what is selected, mine or not to be pressed is still told."""

from playwright.sync_api import Page, expect

from tests.support.chat_page import ChatPage


def test_what_a_background_told_is_told_by_a_line(page: Page) -> None:
    page.emulate_media(forced_colors="active")
    chat = ChatPage(page).open()
    chat.ask_and_wait("What is red?")
    selected = chat.history.locator("[aria-current]")
    expect(selected).to_have_css("outline-style", "solid")
    expect(chat.question.locator(".bubble")).to_have_css("border-top-style", "solid")
    idle = chat.send.evaluate("node => getComputedStyle(node).borderTopColor")
    chat.draft.fill("And below it?")
    ready = chat.send.evaluate("node => getComputedStyle(node).borderTopColor")
    assert idle != ready
