"""Several models asked at once, side by side until one is kept."""

import re

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.support.chat_page import LONG, ChatPage


def _choose(page: Page) -> None:
    page.get_by_role("button", name="Ask several models").click()
    dialog = page.get_by_role("dialog", name="Ask several models")
    expect(dialog.get_by_role("checkbox", name="fake-model 127")).to_be_checked()
    expect(dialog.get_by_role("button", name="Ask these")).to_be_disabled()
    dialog.get_by_role("checkbox", name="fake-model-large").check()
    dialog.get_by_role("button", name="Ask these").click()


def _columns(page: Page) -> tuple[Locator, Locator]:
    beside = page.get_by_role("group", name="Answers side by side")
    return (
        beside.get_by_role("region", name="fake-model", exact=True),
        beside.get_by_role("region", name="fake-model-large"),
    )


def test_several_models_answer_side_by_side_until_one_is_kept(person: BrowserContext) -> None:
    chat = ChatPage(person.new_page()).open()
    page = chat.page
    _choose(page)
    page.reload()
    chat.wait_until_ready()
    expect(page.get_by_role("button", name=re.compile("2 models"))).to_be_visible()
    chat.ask("deltas=80 rate=20")
    small, large = _columns(page)
    for column in (small, large):
        expect(column).to_contain_text("w5")
    # Each can be stopped alone, and a reload finds them as they are.
    large.get_by_role("button", name="Stop").click()
    expect(large).to_contain_text("You stopped this answer.")
    page.reload()
    expect(small).to_contain_text("w80", timeout=LONG)
    expect(large).to_contain_text("You stopped this answer.")

    other = ChatPage(person.new_page()).open(page.url)
    expect(_columns(other.page)[1]).to_contain_text("You stopped this answer.")
    large.get_by_role("button", name="Keep this one").click()
    for tab in (chat, other):
        expect(tab.page.get_by_role("group", name="Answers side by side")).to_be_hidden()
    expect(chat.answer.get_by_role("group", name="Version 2 of 2")).to_be_visible()
    expect(page.get_by_role("button", name="Model: fake-model-large")).to_be_visible()
    chat.ask_and_wait("And then?")
    page.reload()
    expect(chat.answers.first).to_contain_text("You stopped this answer.")
    chat.answers.first.get_by_role("button", name="Previous version").click()
    expect(chat.answer).to_contain_text("w80")


def test_a_message_sent_without_choosing_goes_on_from_the_one_that_says_so(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    chat = ChatPage(page).open()
    _choose(page)
    expect(page.get_by_role("button", name=re.compile("2 models"))).to_be_visible()
    chat.ask("deltas=4")
    small, large = _columns(page)
    expect(small.get_by_text("goes on from here")).to_be_visible()
    expect(large.get_by_text("goes on from here")).to_be_hidden()
    expect(large).to_contain_text("w4")
    expect(small).to_contain_text("w4")
    # Narrow as it is, they stand one below the other.
    above, below = small.bounding_box(), large.bounding_box()
    assert above
    assert below
    assert above["y"] + above["height"] <= below["y"]

    page.get_by_role("button", name=re.compile("2 models")).click()
    page.get_by_role("button", name="Ask one model").click()
    chat.ask("And then?")
    expect(chat.questions).to_have_count(2)
    expect(page.get_by_role("group", name="Answers side by side")).to_be_hidden()
    expect(chat.answers.first.get_by_role("group", name="Version 1 of 2")).to_be_visible()


def test_an_answer_is_made_again_by_several_and_one_is_kept(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.ask_and_wait("deltas=3")
    chat.retry("Try with several models…")
    dialog = page.get_by_role("dialog", name="Ask several models")
    dialog.get_by_role("checkbox", name="fake-model-large").check()
    dialog.get_by_role("button", name="Ask these").click()
    small, large = _columns(page)
    expect(small).to_contain_text("w3")
    page.reload()
    expect(large).to_contain_text("w3")
    expect(page.get_by_role("button", name="Model: fake-model", exact=True)).to_be_visible()
    large.get_by_role("button", name="Keep this one").click()
    expect(chat.answer.get_by_role("group", name="Version 3 of 3")).to_be_visible()
