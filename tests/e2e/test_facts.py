"""The line below an answer opens to what is known of it."""

from playwright.sync_api import Locator, Page, expect

from tests.support.chat_page import ChatPage


def facts_of(answer: Locator) -> Locator:
    answer.hover()
    line = answer.locator("details.facts")
    line.locator("summary").press("Enter")
    return line.locator("p")


def test_the_curious_see_how_a_message_was_sent_also_after_a_reload(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.ask_and_wait("First")
    chat.ask_and_wait("Second")
    first, second = facts_of(chat.answers.first), facts_of(chat.answers.last)
    expect(first).to_contain_text("tokens in")
    expect(first).not_to_contain_text("conversation")
    expect(second).to_contain_text("went on from what the provider keeps")
    told = second.inner_text()
    page.reload()
    expect(facts_of(chat.wait())).to_have_text(told, use_inner_text=True)


def test_when_a_message_was_sent_shows_where_it_is_pointed_at(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.ask_and_wait("First")
    sent = chat.question.locator("time")
    chat.draft.hover()
    expect(sent).to_have_css("opacity", "0")
    chat.question.hover()
    expect(sent).to_have_css("opacity", "1")
    expect(sent).to_contain_text(":")
