"""What went wrong is told in the language of whoever reads it, live and after a reload."""

import re

from playwright.sync_api import Page, expect

from tests.support.browser import NewContext, NewPerson
from tests.support.chat_page import ChatPage
from tests.support.server import FakeProvider


def test_a_failure_is_told_in_the_readers_language(
    new_person: NewPerson, new_browser: NewContext
) -> None:
    context = new_person(locale="zh-CN")
    page = context.new_page()
    page.goto("/")
    page.locator('[data-part="model-picker"] button').first.click()
    page.get_by_role("option", name="Guide").click()
    page.locator("#draft").fill("try: fast quota")
    page.locator("#draft").press("Enter")
    status = page.locator(".answer .status [data-part='text']")
    chinese = "Guide \u7684\u989d\u5ea6\u5df2\u7528\u5b8c"
    expect(status).to_contain_text(chinese)
    live = status.text_content()
    page.reload()
    expect(status).to_have_text(live or "")
    english = new_browser(storage_state=context.storage_state())
    again = ChatPage(english.new_page()).open(page.url)
    expect(again.answer).to_contain_text("Guide has no credit left.")


def test_a_busy_provider_is_waited_for_in_sight_and_the_wait_can_be_stopped(
    page: Page, provider: FakeProvider
) -> None:
    chat = ChatPage(page).open()
    chat.ask("busy=1 a moment")
    counted = re.compile("is busy: too many requests for the moment. Asking again in [12] s")
    expect(chat.answer).to_contain_text(counted)
    expect(chat.wait()).to_contain_text("a moment")
    assert len(provider.asked("busy=1 a moment")) >= 2

    chat.ask("busy=9 for long")
    expect(chat.answer).to_contain_text(counted)
    chat.stop.click()
    expect(chat.answer).to_contain_text("You stopped this answer.")
    assert len(provider.asked("busy=9 for long")) == 1
    page.reload()
    expect(chat.answer).to_contain_text("You stopped this answer.")
