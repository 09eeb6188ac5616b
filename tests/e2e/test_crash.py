"""The server's process may die at any moment: what it knew is there when it is back."""

from playwright.sync_api import BrowserContext, expect

from tests.support.browser import NewServer, sign_in
from tests.support.chat_page import LONG, ChatPage, counted
from tests.support.page_errors import PageErrors
from tests.support.server import FakeProvider, add_people, connected_to


def test_a_killed_server_comes_back_with_the_interrupted_answer_and_its_text(
    new_server: NewServer,
    provider: FakeProvider,
    context: BrowserContext,
    page_errors: PageErrors,
) -> None:
    page_errors.expect("WebSocket connection|Failed to load resource")
    server = new_server(**connected_to(provider))
    sign_in(context, server.url, add_people(server.data_dir, ["ada"])["ada"])
    chat = ChatPage(context.new_page()).open(server.url)
    chat.ask("deltas=5000 rate=50")
    chat.wait_for_number(120)
    server.kill()
    server.start()

    again = ChatPage(context.new_page()).open(chat.page.url)
    interrupted = "This answer was interrupted. What had arrived is kept."
    expect(again.answer.get_by_text(interrupted)).to_be_visible(timeout=LONG)
    numbers = again.numbers()
    assert numbers == counted(len(numbers))
    assert len(numbers) > 20

    expect(chat.answer.get_by_text(interrupted)).to_be_visible(timeout=LONG)
    chat.ask_and_wait("Go on?")
    expect(chat.answer).to_contain_text("You asked: Go on?")
