"""A phone: 360 px wide, touched."""

from playwright.sync_api import Page, expect

from tests.support.browser import NewPerson
from tests.support.chat_page import ChatPage

WIDTH = 360
PHONE = {"viewport": {"width": WIDTH, "height": 740}, "has_touch": True, "is_mobile": True}


def test_a_whole_exchange_fits(new_person: NewPerson) -> None:
    page = new_person(**PHONE).new_page()
    chat = ChatPage(page).open()
    assert_fits(page)
    chat.draft.fill("deltas=80 size=30")
    chat.send.tap()
    expect(chat.answer).to_contain_text("w80")
    chat.wait()
    assert_fits(page)
    chat.question.tap()
    chat.question.get_by_role("button", name="Edit message").tap()
    assert_fits(page)
    chat.question.get_by_role("textbox", name="Your message").fill("What is blue?")
    chat.question.get_by_role("button", name="Send").tap()
    expect(chat.wait()).to_contain_text("You asked: What is blue?")
    assert_fits(page)


def test_the_sidebar_is_a_drawer(new_person: NewPerson) -> None:
    page = new_person(**PHONE).new_page()
    chat = ChatPage(page).open()
    expect(chat.history).not_to_be_in_viewport()
    chat.ask_and_wait("What is red?")
    page.get_by_role("button", name="Show the sidebar").tap()
    expect(chat.history).to_be_in_viewport()
    page.get_by_role("link", name="New chat").tap()
    expect(chat.history).not_to_be_in_viewport()
    expect(chat.answers).to_have_count(0)


def assert_fits(page: Page) -> None:
    """Nothing makes the page itself scroll sideways."""
    width = page.evaluate("() => document.documentElement.scrollWidth")
    assert width <= WIDTH
