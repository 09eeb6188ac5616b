"""The view goes where the reader has it go, and nowhere else."""

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.support.add_turns import add_turns
from tests.support.browser import sign_in
from tests.support.chat_page import ChatPage
from tests.support.server import Server, add_people

LONG_ANSWER = "deltas=900 rate=150"
TOP = "node => node.getBoundingClientRect().top"
ROLLED = "view => view.scrollTop"


@pytest.fixture(scope="module")
def session(server: Server) -> str:
    """Of somebody who has conversations that are longer than the view."""
    return add_people(server.data_dir, ["scroller"])["scroller"]


@pytest.fixture
def chat(context: BrowserContext, server: Server, session: str) -> ChatPage:
    conversation, _ = add_turns(server.data_dir, "scroller", 12, 600)
    sign_in(context, server.url, session)
    return ChatPage(context.new_page()).open(f"/c/{conversation}")


def view(page: Page) -> Locator:
    return page.get_by_role("region", name="Conversation")


def top_in_view(chat: ChatPage, node: Locator) -> float:
    top: float = node.evaluate(TOP) - view(chat.page).evaluate(TOP)
    return top


def expect_end(chat: ChatPage) -> None:
    """The end is in view, at the latest with the next frames."""
    for _ in range(10):
        if view(chat.page).evaluate("v => v.scrollHeight - v.clientHeight - v.scrollTop < 2"):
            return
        chat.page.wait_for_timeout(30)
    raise AssertionError("The end is not in view")


def test_a_question_goes_near_the_top_with_room_for_its_answer(chat: ChatPage) -> None:
    chat.ask("deltas=0")
    expect(chat.question).to_contain_text("deltas=0")
    top = top_in_view(chat, chat.question)
    assert 0 <= top < 60
    chat.wait()
    assert top_in_view(chat, chat.question) == pytest.approx(top, abs=2)


def test_an_answer_is_followed_until_the_wheel_is_turned_up(chat: ChatPage) -> None:
    chat.ask(LONG_ANSWER)
    chat.wait_for_number(450)
    expect_end(chat)
    view(chat.page).hover()
    chat.page.mouse.wheel(0, -150)
    chat.page.wait_for_timeout(200)
    read = view(chat.page).evaluate(ROLLED)
    chat.wait_for_number(700)
    # The end of the stream moves nothing, either.
    chat.wait()
    assert view(chat.page).evaluate(ROLLED) == pytest.approx(read, abs=1)


@pytest.mark.parametrize("key", ["PageUp", "Home", "ArrowUp"])
def test_a_key_lets_go_too(chat: ChatPage, key: str) -> None:
    chat.ask(LONG_ANSWER)
    chat.wait_for_number(450)
    view(chat.page).focus()
    chat.page.keyboard.press(key)
    chat.page.wait_for_timeout(300)
    read = view(chat.page).evaluate(ROLLED)
    chat.wait_for_number(600)
    assert view(chat.page).evaluate(ROLLED) == pytest.approx(read, abs=1)
    chat.stop.click()
    chat.wait()


def test_who_drags_the_scrollbar_up_is_not_pulled_back(chat: ChatPage) -> None:
    chat.ask(LONG_ANSWER)
    chat.wait_for_number(450)
    for _ in range(10):
        view(chat.page).evaluate("v => v.scrollTop -= 30")
        chat.page.wait_for_timeout(16)
    read = view(chat.page).evaluate(ROLLED)
    chat.wait_for_number(600)
    assert view(chat.page).evaluate(ROLLED) == pytest.approx(read, abs=1)
    chat.stop.click()
    chat.wait()


def test_the_button_to_the_end_follows_again(chat: ChatPage) -> None:
    to_end = chat.page.get_by_role("button", name="To the end")
    chat.ask(LONG_ANSWER)
    chat.wait_for_number(450)
    expect(to_end).to_be_hidden()
    view(chat.page).hover()
    chat.page.mouse.wheel(0, -150)
    chat.page.wait_for_timeout(100)
    chat.page.mouse.wheel(0, -400)
    expect(to_end).to_be_visible()
    to_end.click()
    expect(to_end).to_be_hidden()
    chat.wait_for_number(700)
    expect_end(chat)
    chat.stop.click()
    chat.wait()


def test_from_message_to_message_by_button_and_by_key(chat: ChatPage) -> None:
    view(chat.page).hover()
    chat.page.mouse.wheel(0, -1500)
    previous = chat.page.get_by_role("button", name="Previous message")
    previous.click()
    first = chat.page.evaluate("document.activeElement.dataset.response")
    sought = chat.page.locator(f'[data-response="{first}"]')
    assert top_in_view(chat, sought) == pytest.approx(16, abs=2)
    chat.page.keyboard.press("Alt+ArrowUp")
    before = chat.page.locator(f'.stretch:has(+ .stretch [data-response="{first}"]) .turn')
    expect(before).to_be_focused()
    assert top_in_view(chat, before) == pytest.approx(16, abs=2)
    chat.page.keyboard.press("Alt+ArrowDown")
    expect(sought).to_be_focused()


def test_another_version_of_an_answer_stands_where_the_one_before_it_stood(
    chat: ChatPage,
) -> None:
    chat.retry()
    chat.wait()
    arrows = chat.answer.get_by_role("group", name="Version 2 of 2")
    turn = chat.page.locator(".turn").last
    top = top_in_view(chat, turn)
    arrows.get_by_role("button", name="Previous version").click()
    expect(chat.answer.get_by_role("group", name="Version 1 of 2")).to_be_visible()
    assert top_in_view(chat, chat.page.locator(".turn").last) == pytest.approx(top, abs=2)
