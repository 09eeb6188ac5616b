"""How full the context is, what a message costs, and what helps when it is full."""

import re

from playwright.sync_api import Page, expect

from tests.support.browser import NewContext, NewServer, sign_in
from tests.support.chat_page import ChatPage
from tests.support.server import add_people

CARD = "From here on, the model has the earlier conversation in short."


def test_a_conversation_goes_on_from_a_summary_and_the_original_stays(
    new_server: NewServer, new_browser: NewContext
) -> None:
    server = new_server()
    context = new_browser()
    sign_in(context, server.url, add_people(server.data_dir, ["ada"])["ada"])
    page = context.new_page()
    chat = ChatPage(page).open(server.url)
    chat.ask_and_wait("My name is Ada")
    chat.ask_and_wait("Hello")
    gauge = page.get_by_role("button", name=re.compile("of the context · free"))
    gauge.click()
    more = page.get_by_role("dialog", name="Context and cost")
    expect(more).to_contain_text("of 16,000 tokens")
    more.get_by_role("button", name="Compact this conversation").click()

    card = page.get_by_role("region", name="Compacted")
    expect(card).to_contain_text(CARD)
    expect(chat.questions).to_have_count(0)
    chat.wait()
    card.get_by_role("button", name="Summary").click()
    expect(chat.answer).to_contain_text("My name is Ada")
    expect(chat.ask_and_wait("What is my name?")).to_contain_text("Your name is Ada")

    page.reload()
    expect(card).to_be_visible()
    card.get_by_role("button", name="Previous version").press("Enter")
    expect(chat.questions).to_have_count(2)
    expect(chat.questions.first.get_by_role("button", name="Previous version")).to_be_focused()
    chat.questions.first.get_by_role("button", name="Next version").press("Enter")
    expect(card.get_by_role("button", name="Next version")).to_be_focused()
    card.get_by_role("button", name="Read it whole").click()
    expect(chat.questions).to_have_count(2)
    expect(chat.questions.first).to_contain_text("My name is Ada")


def test_what_is_too_long_is_asked_again_behind_a_compaction(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.ask_and_wait("What is red?")
    answer = chat.ask_and_wait("full=1 What is blue?")
    expect(answer).to_contain_text("The conversation is too long for this model")
    expect(answer).to_contain_text("Or edit an earlier message")
    answer.get_by_role("button", name="Compact and ask again").click()
    card = page.get_by_role("region", name="Compacted")
    expect(card).to_contain_text("The provider keeps the summary in a form that only it can read")
    expect(chat.questions).to_have_count(1)
    expect(chat.wait()).to_contain_text("What is blue?")
