"""Temporary conversations, as a person has them."""

import re

from playwright.sync_api import Page, expect

from tests.support.chat_page import ChatPage


def test_a_temporary_chat_says_so_and_is_in_no_list(page: Page) -> None:
    chat = ChatPage(page).open()
    page.get_by_role("button", name="Temporary chat").click()
    note = page.get_by_role("complementary", name="Temporary chat")
    expect(note).to_contain_text("24 hours")
    chat.ask_and_wait("say this is between us")
    expect(note).to_contain_text("It is deleted on")
    expect(chat.history.get_by_role("listitem")).to_have_count(0)
    page.reload()
    expect(chat.answer).to_contain_text("this is between us")
    expect(note).to_contain_text("It is deleted on")
    expect(chat.history.get_by_role("listitem")).to_have_count(0)
    page.get_by_role("link", name="New chat").click()
    expect(note).to_be_hidden()


def test_a_temporary_chat_can_be_kept(page: Page) -> None:
    chat = ChatPage(page).open()
    page.get_by_role("button", name="Temporary chat").click()
    chat.ask_and_wait("say worth keeping")
    note = page.get_by_role("complementary", name="Temporary chat")
    note.get_by_role("button", name="Keep it").click()
    expect(note).to_be_hidden()
    expect(chat.history.get_by_role("listitem")).to_have_text(re.compile("worth keeping"))
    page.reload()
    expect(note).to_be_hidden()
    expect(chat.answer).to_contain_text("worth keeping")
