"""Two answers side by side, with the words marked that differ."""

from playwright.sync_api import Page, expect

from tests.support.chat_page import ChatPage


def test_two_answers_are_compared_word_by_word(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.ask_and_wait("The sky is blue 天空")
    more = chat.answer.get_by_role("button", name="More")
    more.click()
    expect(chat.answer.get_by_role("menuitem", name="Copy link")).to_be_visible()
    expect(chat.answer.get_by_role("menuitem", name="Compare")).to_be_hidden()
    page.keyboard.press("Escape")

    chat.edit(0, "The sea is blue 大海")
    chat.wait()
    chat.retry("Try with fake-model-large")
    chat.wait()
    chat.answer.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Compare").click()
    dialog = page.get_by_role("dialog", name="Compare")
    # First the other answer to the same question, which says the same.
    expect(dialog).to_contain_text("100 %")
    expect(dialog.locator("ins, del")).to_have_count(0)
    expect(dialog).to_contain_text("fake-model-large")
    expect(dialog).to_contain_text("tokens in")

    dialog.get_by_role("combobox", name="First answer").select_option("Version 1 of 3")
    first, second = (dialog.locator(".compare-side").nth(index) for index in range(2))
    expect(first.locator("del")).to_have_text(["sky", "天空", "sky", "天空"])
    expect(second.locator("ins")).to_have_text(["sea", "大海", "sea", "大海"])

    page.set_viewport_size({"width": 360, "height": 740})
    inline = dialog.get_by_role("region", name="What differs")
    expect(inline).to_be_visible()
    expect(inline).to_contain_text("The skysea is blue")
    first.get_by_role("button", name="Go to this one").click()
    expect(dialog).to_be_hidden()
    expect(chat.question).to_contain_text("The sky is blue")


def test_on_the_map_any_two_answers_are_compared(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.ask_and_wait("One thing")
    chat.ask_and_wait("Another thing")
    page.get_by_role("button", name="Map of this conversation").click()
    page.get_by_role("treeitem", name="One thing").click(button="right")
    page.get_by_role("menuitem", name="Compare").click()
    dialog = page.get_by_role("dialog", name="Compare")
    expect(dialog.get_by_role("combobox", name="Second answer")).to_contain_text("One thing")
    expect(dialog.locator(".compare-side ins").last).to_have_text("One")
