"""The list of conversations: titles, renaming, deleting, moving between them."""

import re

from playwright.sync_api import Page, expect

from tests.support.chat_page import ChatPage

WATCH_TITLE = """() => {
    globalThis.titlesSeen = [];
    const note = () => titlesSeen.push(document.title);
    const all = { childList: true, subtree: true, characterData: true };
    new MutationObserver(note).observe(document.querySelector("title"), all);
}"""


def test_a_conversation_gets_its_address_and_a_title(page: Page) -> None:
    chat = ChatPage(page).open()
    page.evaluate(WATCH_TITLE)
    chat.ask_and_wait("What do bees eat?")
    expect(page).to_have_url(re.compile(r"/c/conv_\w+$"))
    title = settled_title(chat)
    expect(page).to_have_title(re.compile(re.escape(title)))
    seen = page.evaluate("() => titlesSeen")
    assert any(title.startswith(part.split(" · ")[0]) for part in seen[:-1]), "as it is written"


def test_renaming_stays(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.ask_and_wait("What do bees eat?")
    title = settled_title(chat)
    chat.options(title).get_by_role("menuitem", name="Rename").click()
    field = chat.history.get_by_role("textbox", name="Title")
    field.fill("About bees")
    field.press("Enter")
    expect(chat.history.get_by_role("link", name="About bees")).to_be_visible()
    page.reload()
    expect(chat.history.get_by_role("link", name="About bees")).to_be_visible()
    expect(page.get_by_role("heading", name="About bees")).to_be_visible()


def test_what_is_deleted_can_be_taken_back_for_a_while(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.ask_and_wait("What do bees eat?")
    title = settled_title(chat)
    other = ChatPage(page.context.new_page()).open()
    chat.options(title).get_by_role("menuitem", name="Delete").click()
    expect(chat.history.get_by_role("link")).to_have_count(0)
    expect(page).to_have_url(re.compile(r"/$"))
    expect(other.history.get_by_role("link")).to_have_count(0)

    undo = page.get_by_role("button", name="Undo")
    undo.click()
    expect(chat.answer).to_contain_text("What do bees eat?")
    expect(other.history.get_by_role("link")).to_have_count(1)

    chat.history.get_by_role("link").focus()
    for key in ("Tab", "Enter", "End", "Enter"):
        page.keyboard.press(key)
    expect(chat.history.get_by_role("link")).to_have_count(0)
    expect(undo).to_be_focused()
    page.keyboard.press("Escape")
    expect(undo).to_be_hidden()
    expect(chat.draft).to_be_focused()
    page.reload()
    expect(chat.history.get_by_role("link")).to_have_count(0)


def test_going_back_and_forth_between_conversations(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.ask_and_wait("Who is first?")
    settled_title(chat)
    page.get_by_role("link", name="New chat").click()
    expect(chat.answers).to_have_count(0)
    chat.ask_and_wait("Who is second?")
    expect(chat.history.get_by_role("link")).to_have_count(2)
    chat.history.get_by_role("link").last.click()
    expect(chat.answer).to_contain_text("Who is first?")
    page.go_back()
    expect(chat.answer).to_contain_text("Who is second?")


def test_a_draft_outlives_a_reload(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.draft.fill("half a thought")
    page.reload()
    expect(chat.draft).to_have_value("half a thought")


def settled_title(chat: ChatPage) -> str:
    """The title once the model has given it: it does not change by itself after that."""
    link = chat.history.get_by_role("link").first
    expect(link).to_contain_text(re.compile("You asked.* You asked"), timeout=10_000)
    return link.inner_text().strip()


def test_a_conversation_is_exported_from_its_menu(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.ask_and_wait("What do bees eat?")
    title = settled_title(chat)
    for name, ending in (
        ("Export as Markdown", ".md"),
        ("Export with all branches (JSON)", ".json"),
    ):
        with page.expect_download() as download:
            chat.options(title).get_by_role("menuitem", name=name).click()
        assert download.value.suggested_filename.endswith(ending)
        assert "What do bees eat?" in download.value.path().read_text()
