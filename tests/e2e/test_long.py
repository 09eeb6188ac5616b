"""A long conversation opens at its end, and is read to its beginning without a jump."""

import re

import pytest
from playwright.sync_api import BrowserContext, JSHandle, expect

from tests.support.add_turns import add_turns
from tests.support.browser import sign_in
from tests.support.chat_page import ChatPage
from tests.support.server import Server, add_people

TURNS = 200
TOP = "turn => turn.getBoundingClientRect().top"
IN_VIEW = """() =>
  [...document.querySelectorAll(".turn")].find((turn) => turn.getBoundingClientRect().bottom > 100)
"""


@pytest.fixture(scope="module")
def long(server: Server) -> tuple[str, str, list[str]]:
    """Somebody's session, their long conversation and its responses."""
    (session,) = add_people(server.data_dir, ["reader"]).values()
    return session, *add_turns(server.data_dir, "reader", TURNS, 600)


@pytest.fixture
def reader(context: BrowserContext, base_url: str, long: tuple[str, str, list[str]]) -> ChatPage:
    sign_in(context, base_url, long[0])
    return ChatPage(context.new_page())


def heading(number: int) -> str:
    return f"Answer {number}."


def scroll_up_to(chat: ChatPage, number: int) -> None:
    """Turn the wheel until this answer is in view, or one before it."""
    chat.page.get_by_role("region", name="Conversation").hover()
    for _ in range(300):
        seen = chat.page.evaluate_handle(IN_VIEW).evaluate("turn => turn.textContent")
        if int(re.findall(r"Question (\d+)", seen)[0]) <= number:
            return
        chat.page.mouse.wheel(0, -1500)
        chat.page.wait_for_timeout(30)
    raise AssertionError(f"{number} did not come into view")


def test_it_opens_at_its_end(reader: ChatPage, long: tuple[str, str, list[str]]) -> None:
    reader.open(f"/c/{long[1]}")
    expect(reader.page.get_by_text(f"End {TURNS - 1}.", exact=True)).to_be_in_viewport()
    expect(reader.page.get_by_text(heading(TURNS // 2), exact=True)).to_have_count(0)


def test_scrolling_up_comes_to_what_was_first(
    reader: ChatPage, long: tuple[str, str, list[str]]
) -> None:
    reader.open(f"/c/{long[1]}")
    scroll_up_to(reader, TURNS - 60)
    reader.page.get_by_role("region", name="Conversation").evaluate("view => view.scrollTop = 0")
    reader.page.get_by_role("button", name="First message").click()
    expect(reader.page.get_by_text(heading(0), exact=True)).to_be_in_viewport()
    expect(reader.page.get_by_role("button", name="First message")).to_be_hidden()


def at_rest(reader: ChatPage, read: JSHandle) -> float:
    """Where it stands when nothing moves any more, and what is near was drawn."""
    places = [read.evaluate(TOP)]
    while len(places) < 3 or len(set(places[-3:])) > 1:
        assert len(places) < 60, places
        reader.page.wait_for_timeout(100)
        places.append(read.evaluate(TOP))
    return float(places[-1])


def test_the_wheel_moves_what_is_read_by_as_much_as_it_is_turned(
    reader: ChatPage, long: tuple[str, str, list[str]]
) -> None:
    reader.open(f"/c/{long[1]}")
    reader.page.get_by_role("region", name="Conversation").hover()
    moved = []
    for _ in range(16):
        read = reader.page.evaluate_handle(IN_VIEW)
        before = at_rest(reader, read)
        reader.page.mouse.wheel(0, -400)
        reader.page.wait_for_timeout(250)  # it may take a moment to begin
        moved.append(at_rest(reader, read) - before)
    assert all(abs(by - 400) < 2 for by in moved), moved


def test_only_what_is_near_is_laid_out_however_much_was_read(
    reader: ChatPage, long: tuple[str, str, list[str]]
) -> None:
    reader.open(f"/c/{long[1]}")
    scroll_up_to(reader, TURNS - 100)
    assert reader.page.locator(".turn").count() > 100
    assert reader.answers.count() < 60
    # What is not drawn is still there for the browser's own search.
    assert heading(TURNS - 1) in reader.page.locator(".turn").last.evaluate(
        "turn => turn.textContent"
    )
    reader.page.get_by_role("button", name="To the end").click()
    expect(reader.page.get_by_text(f"End {TURNS - 1}.", exact=True)).to_be_in_viewport()
    assert reader.answers.count() < 60


def test_a_link_into_the_middle_reads_on_to_the_end(
    reader: ChatPage, long: tuple[str, str, list[str]]
) -> None:
    reader.open(f"/c/{long[1]}?response={long[2][50]}")
    expect(reader.page.get_by_text(heading(50), exact=True)).to_be_in_viewport()
    reader.page.get_by_role("button", name="To the end").click()
    expect(reader.page.get_by_text(f"End {TURNS - 1}.", exact=True)).to_be_in_viewport()
    expect(reader.page.get_by_role("button", name="To the end")).to_be_hidden()


def test_a_question_asked_in_the_middle_goes_to_the_end(
    server: Server, reader: ChatPage, long: tuple[str, str, list[str]]
) -> None:
    conversation, path = add_turns(server.data_dir, "reader", 60)
    reader.open(f"/c/{conversation}?response={path[10]}")
    reader.ask("Where are we?")
    expect(reader.answer).to_contain_text("You asked: Where are we?")
    expect(reader.page.get_by_text(heading(59), exact=True)).to_have_count(1)
    # The address no longer leads to the message that the link named.
    reader.page.reload()
    expect(reader.answer).to_contain_text("You asked: Where are we?")
