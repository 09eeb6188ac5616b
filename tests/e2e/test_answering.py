"""Asking, watching the answer stream, stopping it; it is there after a reload and in other tabs."""

from playwright.sync_api import BrowserContext, Page, expect

from tests.support.chat_page import LONG, ChatPage, counted
from tests.support.server import FakeProvider


def test_the_answer_streams_and_is_stored(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.ask("deltas=60 rate=40")
    chat.wait_for_number(5)
    expect(chat.stop).to_be_visible()
    expect(chat.send).to_be_hidden()
    expect(chat.wait()).to_contain_text("w60")
    expect(chat.send).to_be_visible()
    page.reload()
    expect(chat.question).to_contain_text("deltas=60 rate=40")
    assert chat.numbers() == counted(60)


def test_stop_ends_the_answer_here_and_at_the_provider(page: Page, provider: FakeProvider) -> None:
    chat = ChatPage(page).open()
    chat.ask("deltas=5000 rate=40 to be stopped")
    chat.wait_for_number(10)
    chat.stop.click()
    expect(chat.answer.get_by_text("You stopped this answer.")).to_be_visible()
    numbers = chat.numbers()
    assert numbers == counted(len(numbers))
    page.reload()
    expect(chat.answer.get_by_text("You stopped this answer.")).to_be_visible()
    assert chat.numbers()[: len(numbers)] == numbers
    (request,) = provider.asked("to be stopped")
    assert request["outcome"] == "left"


def test_a_reload_in_mid_stream_shows_the_whole_answer_once(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.ask("deltas=150 rate=50")
    chat.wait_for_number(20)
    page.reload()
    chat.wait()
    assert chat.numbers() == counted(150)


def test_a_second_tab_sees_the_same_stream(page: Page, person: BrowserContext) -> None:
    first = ChatPage(page).open()
    first.ask("deltas=150 rate=50")
    first.wait_for_number(10)
    second = ChatPage(person.new_page()).open(page.url)
    second.wait_for_number(30)
    expect(second.stop).to_be_visible()
    for chat in (first, second):
        chat.wait()
        assert chat.numbers() == counted(150)


def test_an_answer_asked_in_one_tab_appears_in_another(page: Page, person: BrowserContext) -> None:
    first = ChatPage(page).open()
    first.ask_and_wait("deltas=5")
    second = ChatPage(person.new_page()).open(page.url)
    first.ask("deltas=100 rate=50")
    expect(second.questions).to_have_count(2)
    second.wait()
    assert second.numbers() == counted(100)


def test_stop_works_from_another_tab(page: Page, person: BrowserContext) -> None:
    first = ChatPage(page).open()
    first.ask("deltas=5000 rate=50")
    first.wait_for_number(5)
    second = ChatPage(person.new_page()).open(page.url)
    second.stop.click()
    for chat in (first, second):
        expect(chat.answer.get_by_text("You stopped this answer.")).to_be_visible()


def test_five_thousand_deltas_arrive_whole_in_two_tabs_one_reloaded(
    page: Page, person: BrowserContext
) -> None:
    first = ChatPage(page).open()
    first.ask("deltas=5000 rate=500")
    first.wait_for_number(300)
    second = ChatPage(person.new_page()).open(page.url)
    second.wait_for_number(1500)
    page.reload()
    for chat in (first, second):
        chat.wait()
        expect(chat.answer).to_contain_text("w5000", timeout=LONG)
        assert chat.numbers() == counted(5000)


def test_an_answer_cut_by_the_provider_is_kept_and_can_be_retried(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.ask("deltas=50 rate=100 cut=20")
    expect(chat.answer.get_by_text("This answer was interrupted.")).to_be_visible()
    assert chat.numbers() == counted(20)
    expect(chat.answer.get_by_role("button", name="Retry")).to_be_visible()
