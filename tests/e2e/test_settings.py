"""The settings of an answer, as a person sets, sees and resets them."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.support.chat_page import ChatPage

OPEN = "Settings of the next answer"


def drawer(page: Page) -> Locator:
    return page.get_by_role("dialog", name=OPEN)


def pills(page: Page) -> Locator:
    return page.get_by_role("group", name="Settings that are set").get_by_role("button")


def test_settings_are_set_sent_seen_again_after_a_reload_and_reset(page: Page) -> None:
    chat = ChatPage(page).open()
    page.get_by_role("button", name=OPEN).click()
    effort = drawer(page).get_by_role("combobox", name="Effort")
    effort.select_option("low")
    longest = drawer(page).get_by_role("spinbutton", name="Longest answer")
    longest.fill("0")
    longest.press("Tab")
    expect(longest).to_have_accessible_description(
        re.compile("^Between 1 and 10000000 is possible")
    )
    longest.fill("500")
    drawer(page).get_by_role("button", name="Done").click()
    expect(pills(page)).to_have_text(["Effort low", "Longest answer 500"])

    chat.ask_and_wait("What is red?")
    page.reload()
    expect(pills(page)).to_have_text(["Effort low", "Longest answer 500"])
    expect(pills(page).first).to_have_attribute("aria-pressed", "true")
    pills(page).first.click()
    expect(pills(page)).to_have_text(["Longest answer 500"])
    expect(pills(page).first).to_be_focused()
    page.reload()
    expect(pills(page)).to_have_text(["Longest answer 500"])


def test_each_branch_has_its_own(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.ask_and_wait("What is red?")
    page.keyboard.press("ControlOrMeta+Shift+E")
    drawer(page).get_by_role("combobox", name="Verbosity").select_option("high")
    page.keyboard.press("Escape")
    chat.edit(0, "What is blue?")
    chat.wait()
    expect(pills(page)).to_have_text(["Verbosity high"])
    chat.question.get_by_role("button", name="Previous version").click()
    expect(chat.questions.first).to_contain_text("What is red?")
    expect(pills(page)).to_have_count(0)
    chat.question.get_by_role("button", name="Next version").click()
    expect(pills(page)).to_have_text(["Verbosity high"])


def test_what_the_model_does_not_take_is_left_out_and_offered_no_more(page: Page) -> None:
    chat = ChatPage(page).open()
    page.get_by_role("button", name=OPEN).click()
    drawer(page).get_by_role("spinbutton", name="Temperature").fill("0.5")
    page.keyboard.press("Escape")
    answer = chat.ask_and_wait("nosampling=1 What is red?")
    expect(answer).to_contain_text("You asked:")
    expect(answer).to_contain_text("without temperature, which the model does not take")
    expect(pills(page)).to_have_count(0)
    page.reload()
    page.get_by_role("button", name=OPEN).click()
    expect(drawer(page).get_by_role("combobox", name="Effort")).to_be_visible()
    expect(drawer(page).get_by_role("spinbutton", name="Temperature")).to_have_count(0)
