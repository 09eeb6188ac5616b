"""Finding again: by words, with the keyboard alone, on the branch where they stand."""

import re

from playwright.sync_api import Page, expect

from tests.support.chat_page import ChatPage


def test_a_message_is_found_and_opened_on_its_branch_with_the_keyboard_alone(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.ask_and_wait("Where do puffins sleep?")
    chat.edit(0, "Where do albatrosses sleep?")
    expect(chat.answer).to_contain_text("albatrosses")
    page.get_by_role("link", name="New chat").click()
    expect(chat.answers).to_have_count(0)

    page.keyboard.press("Control+k")
    dialog = page.get_by_role("dialog", name="Search")
    page.keyboard.type("puff sleep")
    # The title, which the first question gave it, and the message.
    expect(dialog.get_by_role("link")).to_have_count(2)
    hit = dialog.get_by_role("link").last
    expect(hit.locator("mark").first).to_have_text("puffins")
    expect(dialog.locator("[data-part=status]")).to_have_text("2 found")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(hit).to_be_focused()
    page.keyboard.press("Enter")

    expect(dialog).to_be_hidden()
    expect(page).to_have_url(re.compile(r"/c/conv_\w+\?response=resp_\w+$"))
    expect(chat.answer).to_contain_text("puffins")
    page.reload()
    expect(chat.answer).to_contain_text("puffins")
    page.go_back()
    expect(chat.answers).to_have_count(0)


def test_a_search_without_a_hit_says_so_and_a_title_leads_to_its_conversation(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.ask_and_wait("蜜蜂吃什么")
    page.get_by_role("link", name="New chat").click()
    page.get_by_role("button", name="Search", exact=True).click()
    dialog = page.get_by_role("dialog", name="Search")
    field = dialog.get_by_role("searchbox")
    field.fill("wasps")
    expect(dialog.locator("[data-part=status]")).to_contain_text("Nothing found for “wasps”")
    field.fill("吃什")
    expect(dialog.get_by_role("link").first).to_be_visible()
    field.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("Control+k")
    field.press("Enter")
    expect(chat.answer).to_contain_text("蜜蜂吃什么")


def test_enter_opens_what_is_found_by_the_words_as_they_stand(page: Page) -> None:
    chat = ChatPage(page).open()
    for question in ("Where do puffins sleep?", "Where do herons sleep?"):
        page.get_by_role("link", name="New chat").click()
        chat.ask_and_wait(question)
    page.get_by_role("link", name="New chat").click()
    page.keyboard.press("Control+k")
    dialog = page.get_by_role("dialog", name="Search")
    page.keyboard.type("herons")
    expect(dialog.get_by_role("link").first).to_contain_text("herons")
    # Everything at once: neither the pause of typing nor an answer comes between.
    dialog.get_by_role("searchbox").evaluate(
        """field => {
            field.value = "puffins";
            field.dispatchEvent(new Event("input", { bubbles: true }));
            const enter = { key: "Enter", bubbles: true, cancelable: true };
            field.dispatchEvent(new KeyboardEvent("keydown", enter));
        }"""
    )
    expect(dialog).to_be_hidden()
    expect(chat.answer).to_contain_text("puffins")


def test_a_search_is_narrowed_by_filters_which_are_cleared_again(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.ask_and_wait("Where do herons sleep?")
    page.keyboard.press("Control+k")
    dialog = page.get_by_role("dialog", name="Search")
    filters = dialog.get_by_role("group", name="Filters")
    found, status = dialog.get_by_role("link"), dialog.locator("[data-part=status]")
    expect(filters.get_by_role("button", name="Clear filters")).to_be_hidden()
    filters.get_by_label("Archived").select_option("Not archived")
    # The conversation: without words there is no message to show.
    expect(found).to_have_count(1)
    filters.get_by_label("Archived").select_option("Only archived")
    expect(status).to_contain_text("No conversation passes these filters")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    expect(status).to_contain_text("No conversation passes these filters")
    page.keyboard.type("heron")
    expect(status).to_contain_text("Nothing found for “heron” with these filters")
    filters.get_by_role("button", name="Clear filters").click()
    expect(found).to_have_count(2)

    filters.get_by_label("From").fill("2099-01-01")
    filters.get_by_label("From").press("Enter")
    expect(found).to_have_count(0)
    filters.get_by_label("From").fill("2020-01-01")
    expect(found).to_have_count(2)
    filters.get_by_label("With files").check()
    expect(found).to_have_count(0)
