"""Everything without a mouse."""

from playwright.sync_api import Page, expect

from tests.support.chat_page import ChatPage


def test_asking_and_stopping(page: Page) -> None:
    chat = ChatPage(page).open()
    expect(chat.draft).to_be_focused()
    page.keyboard.type("deltas=5000 rate=50")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("on two lines")
    page.keyboard.press("Enter")
    chat.wait_for_number(5)
    expect(chat.draft).to_be_focused()
    page.keyboard.press("Escape")
    expect(chat.answer.get_by_text("You stopped this answer.")).to_be_visible()
    expect(chat.question).to_contain_text("on two lines")


def test_editing_and_switching(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.ask_and_wait("What is red?")
    tab_to(page, "Edit message")
    page.keyboard.press("Enter")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("What is blue?")
    page.keyboard.press("ControlOrMeta+Enter")
    expect(chat.draft).to_be_focused()
    expect(chat.wait()).to_contain_text("You asked: What is blue?")
    tab_to(page, "Previous version")
    page.keyboard.press("Enter")
    expect(chat.answer).to_contain_text("You asked: What is red?")


def test_the_last_message_is_changed_from_an_empty_box_and_esc_leads_back(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.ask_and_wait("What is red?")
    expect(chat.draft).to_be_focused()
    page.keyboard.press("ArrowUp")
    box = chat.question.get_by_role("textbox", name="Your message")
    expect(box).to_be_focused()
    expect(box).to_have_value("What is red?")
    page.keyboard.press("Escape")
    expect(chat.draft).to_be_focused()
    page.keyboard.type("Not")
    page.keyboard.press("ArrowUp")
    expect(box).to_have_count(0)


def test_retrying_from_the_menu(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.ask_and_wait("What is red?")
    tab_to(page, "Try again")
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Try again")).to_be_focused()
    page.keyboard.press("Escape")
    expect(chat.answer.get_by_role("button", name="Try again")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(chat.answer.get_by_role("group", name="Version 2 of 2")).to_be_visible()
    expect(chat.draft).to_be_focused()


def test_renaming(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.ask_and_wait("What is red?")
    expect(chat.history.get_by_role("link")).to_contain_text("You asked", timeout=10_000)
    tab_to(page, "Options for")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("Colours")
    page.keyboard.press("Enter")
    expect(chat.history.get_by_role("link", name="Colours")).to_be_focused()


def tab_to(page: Page, name: str) -> None:
    """Press Tab, backwards from the message field, until something with this name is reached."""
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        if name in focused_name(page):
            return
    raise AssertionError(f"{name!r} can't be reached by the keyboard")


def focused_name(page: Page) -> str:
    script = "() => document.activeElement.getAttribute('aria-label') ?? ''"
    return str(page.evaluate(script))
