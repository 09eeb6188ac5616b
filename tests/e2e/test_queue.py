"""Typing while it answers, going on with a cut answer, messages written without a connection."""

import re

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.support.browser import NewServer, sign_in
from tests.support.chat_page import LONG, ChatPage
from tests.support.page_errors import PageErrors
from tests.support.server import FakeProvider, add_people, connected_to


def queued(page: Page) -> Locator:
    return page.get_by_role("article", name="Your message, queued")


def test_what_is_typed_while_it_answers_is_queued_and_goes_next(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.ask("deltas=120 rate=40 first")
    chat.wait_for_number(5)
    page.keyboard.type("deltas=5 second")
    expect(chat.send).to_be_visible()
    expect(chat.stop).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.type("deltas=5 third")
    page.keyboard.press("Enter")
    expect(queued(page)).to_have_count(2)
    expect(queued(page).first).to_contain_text("Queued")
    expect(chat.send).to_be_hidden()
    expect(chat.answers.locator("visible=true")).to_have_count(3, timeout=LONG)
    chat.wait()
    expect(queued(page)).to_have_count(0)
    texts = [text.strip() for text in page.locator(".bubble").all_inner_texts()]
    assert texts == ["deltas=120 rate=40 first", "deltas=5 second", "deltas=5 third"]
    expect(chat.answers.first).to_contain_text("w120")
    expect(chat.answer).to_contain_text("w5")


def test_a_queued_message_is_edited_and_withdrawn_in_every_tab(
    page: Page, person: BrowserContext
) -> None:
    first = ChatPage(page).open()
    first.ask("deltas=5000 rate=50")
    first.wait_for_number(5)
    second = ChatPage(person.new_page()).open(page.url)
    first.ask("one")
    first.ask("two")
    for tab in (first, second):
        expect(queued(tab.page)).to_have_count(2)
    mine = queued(page).first
    mine.get_by_role("button", name="Edit").click()
    mine.get_by_role("textbox").fill("better")
    mine.get_by_role("button", name="Save").click()
    expect(queued(second.page).first).to_contain_text("better")
    queued(second.page).last.get_by_role("button", name="Withdraw").click()
    expect(second.draft).to_have_value("two")
    for tab in (first, second):
        expect(queued(tab.page)).to_have_count(1)
    first.stop.click()
    for tab in (first, second):
        expect(queued(tab.page)).to_have_count(0)
        expect(tab.question).to_contain_text("better")
        tab.wait()
    page.reload()
    expect(first.questions).to_have_count(2)


def test_a_cut_answer_goes_on(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.ask("deltas=50 rate=100 cut=20")
    expect(chat.answer.get_by_text("This answer was interrupted.")).to_be_visible()
    page.get_by_role("button", name="Continue").dblclick()
    expect(chat.answers).to_have_count(2)
    chat.wait()
    expect(page.get_by_role("article", name="Continued")).to_be_visible()
    expect(chat.questions).to_have_count(1)
    page.reload()
    expect(chat.answers).to_have_count(2)
    expect(chat.questions).to_have_count(1)


def test_a_message_written_without_a_connection_waits_and_is_sent_once(
    new_server: NewServer, provider: FakeProvider, context: BrowserContext, page_errors: PageErrors
) -> None:
    page_errors.expect("WebSocket connection|Failed to load resource")
    server = new_server(**connected_to(provider))
    sign_in(context, server.url, add_people(server.data_dir, ["ada"])["ada"])
    page = context.new_page()
    chat = ChatPage(page).open(server.url)
    chat.ask_and_wait("deltas=5 before")
    server.kill()
    expect(page.locator("#shell").get_by_text("Reconnecting…")).to_be_visible()
    chat.ask("deltas=5 while away")
    expect(chat.answer.get_by_text("Waiting for the connection")).to_be_visible()
    chat.ask("deltas=7 behind it")
    server.start()
    page.reload()
    expect(chat.questions).to_have_count(3)
    expect(chat.answer).to_contain_text("w7", timeout=LONG)
    chat.wait()
    assert [len(provider.asked(text)) for text in ("while away", "behind it")] == [1, 1]


def test_an_answer_that_ends_unseen_is_marked_and_said_with_the_way_there(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.ask("deltas=40 rate=20")
    chat.wait_for_number(3)
    page.get_by_role("link", name="New chat").click()
    row = chat.history.get_by_role("link").first
    expect(row.get_by_role("img", name="answering")).to_be_visible()
    expect(row.get_by_role("img", name="new answer")).to_be_visible(timeout=LONG)
    notice = page.locator("[data-part=notice]")
    expect(notice).to_contain_text("is ready")
    notice.get_by_role("link", name="Read it").click()
    expect(chat.answer).to_contain_text("w40")
    expect(notice).to_be_hidden()
    expect(row.get_by_role("img", name="new answer")).to_be_hidden()
    page.reload()
    expect(chat.answer).to_contain_text("w40")
    expect(row.get_by_role("img", name="new answer")).to_be_hidden()


def test_messages_go_out_by_themselves_when_the_server_is_back(
    new_server: NewServer, provider: FakeProvider, context: BrowserContext, page_errors: PageErrors
) -> None:
    page_errors.expect("WebSocket connection|Failed to load resource")
    server = new_server(**connected_to(provider))
    sign_in(context, server.url, add_people(server.data_dir, ["ada"])["ada"])
    page = context.new_page()
    chat = ChatPage(page).open(server.url)
    server.kill()
    expect(page.locator("#shell").get_by_text("Reconnecting…")).to_be_visible()
    chat.ask("deltas=5 the very first")
    chat.ask("deltas=6 the second")
    expect(queued(page)).to_contain_text("Waiting for the connection")
    chat.ask("deltas=7 the third")
    queued(page).first.get_by_role("button", name="Withdraw").click()
    expect(chat.draft).to_have_value("deltas=6 the second")
    server.start()
    expect(chat.answer).to_contain_text("w7", timeout=LONG)
    chat.wait()
    expect(page).to_have_url(re.compile(r"/c/conv_\w+$"))
    expect(chat.draft).to_have_value("deltas=6 the second")
    assert len(provider.asked("the third")) == 1
    assert provider.asked("the second") == []
    page.reload()
    expect(chat.questions).to_have_count(2)
