"""What is remembered of a person, as they see it."""

from playwright.sync_api import expect

from tests.support.browser import NewContext, NewServer, sign_in
from tests.support.chat_page import ChatPage
from tests.support.server import add_people


def test_what_i_want_remembered_is_known_in_the_next_chat_until_i_delete_it(
    new_server: NewServer, new_browser: NewContext
) -> None:
    server = new_server()
    context = new_browser()
    sign_in(context, server.url, add_people(server.data_dir, ["ada"])["ada"])
    page = context.new_page()
    chat = ChatPage(page).open(server.url)
    chat.ask_and_wait("Remember that my name is Ada")
    notice = page.locator("[data-part=notice]")
    expect(notice).to_contain_text("Ada")
    page.get_by_role("link", name="New chat").click()
    expect(chat.ask_and_wait("What is my name?")).to_contain_text("Your name is Ada")
    page.goto(f"{server.url}/memory/")
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("Nothing is noted.")).to_be_visible()
    chat.open(server.url)
    expect(chat.ask_and_wait("What is my name?")).to_contain_text("have not told me")
