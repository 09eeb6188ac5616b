"""A reviewer finds somebody's conversation and reads it as that person saw it."""

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import NewContext, sign_in
from tests.support.chat_page import ChatPage
from tests.support.page_errors import PageErrors
from tests.support.server import Server, add_people


@pytest.fixture
def owner_page(new_browser: NewContext, owner: str, server: Server) -> Page:
    context = new_browser()
    sign_in(context, server.url, add_people(server.data_dir, [owner])[owner])
    return context.new_page()


def test_a_conversation_is_found_by_its_text_and_read_with_every_branch(
    page: Page, owner_page: Page
) -> None:
    chat = ChatPage(page).open()
    chat.ask_and_wait("Where do **quokkas** live?")
    chat.retry("Try with fake-model-large")
    chat.wait()

    ChatPage(owner_page).open()
    owner_page.get_by_role("button", name="owner").click()
    owner_page.get_by_role("menuitem", name="Review").click()
    owner_page.get_by_role("rowheader", name="Conversations").get_by_role("link").click()
    owner_page.get_by_role("textbox").fill("quokkas")
    owner_page.get_by_role("button", name="Search").click()
    owner_page.get_by_role("rowheader", name="quokkas").get_by_role("link").click()

    read = ChatPage(owner_page)
    expect(read.answer.get_by_text("quokkas", exact=True)).to_have_role("strong")
    expect(read.answer).to_contain_text("fake-model-large")
    expect(read.answer).to_contain_text("tokens")
    read.answer.get_by_role("button", name="Previous version").click()
    expect(read.answer).not_to_contain_text("fake-model-large")
    expect(read.answer.get_by_role("button", name="Try again")).to_have_count(0)
    expect(owner_page.get_by_role("textbox")).to_have_count(0)


def test_someone_without_the_role_is_offered_no_review(page: Page, page_errors: PageErrors) -> None:
    page_errors.expect("status of 404")
    chat = ChatPage(page).open()
    page.get_by_role("button", name="person").click()
    expect(page.get_by_role("menuitem", name="Settings")).to_be_visible()
    expect(page.get_by_role("menuitem", name="Review")).to_have_count(0)
    page.keyboard.press("Escape")
    page.goto("/admin/")
    expect(page.get_by_role("link", name="Conversations", exact=True)).to_have_count(0)
    expect(chat.draft).to_have_count(0)
