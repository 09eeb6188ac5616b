"""Keys that work anywhere, and a person's own."""

import sys

from playwright.sync_api import Locator, Page, expect

from tests.support.browser import NewContext
from tests.support.chat_page import ChatPage

LIST = "Keyboard shortcuts"
MOD = "⌘" if sys.platform == "darwin" else "Ctrl"
PRESS = """([mod, event]) => document.activeElement.dispatchEvent(
    new KeyboardEvent("keydown", { bubbles: true, cancelable: true, [mod]: true, ...event }))"""


def press(page: Page, **event: str | bool) -> None:
    """Press a key as another keyboard gives it, with Ctrl or ⌘ held."""
    page.evaluate(PRESS, ["metaKey" if sys.platform == "darwin" else "ctrlKey", event])


def listed(page: Page, name: str) -> Locator:
    """The keys that the list shows for it."""
    row = page.get_by_role("dialog", name=LIST).locator("dt", has_text=name)
    return row.locator("xpath=following-sibling::dd[1]")


LISTEN = """() => {
  const { user } = JSON.parse(document.getElementById("page").textContent);
  const between = new BroadcastChannel(`shortcuts:${user.id}`);
  window.told = new Promise((done) => (between.onmessage = () => done()));
}"""


def chosen(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=f"{name}: ")


def test_a_key_is_changed_by_pressing_it_and_holds_after_a_reload_and_elsewhere(
    page: Page, new_browser: NewContext
) -> None:
    chat = ChatPage(page).open()
    expect(chat.draft).to_be_focused()
    page.keyboard.press("ControlOrMeta+.")
    expect(page).to_have_url("/settings/", timeout=10_000)
    key = chosen(page, "Search")
    key.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ControlOrMeta+t")
    row = page.get_by_role("listitem").filter(has_text="Search")
    expect(row.get_by_role("alert")).to_contain_text("needs this key")
    page.keyboard.press("ControlOrMeta+Shift+o")
    expect(row.get_by_role("alert")).to_have_text("This key is taken: New chat.")
    page.keyboard.press("j")
    expect(row.get_by_role("alert")).to_contain_text(f"Hold {MOD} with it")
    with page.expect_response("**/settings/shortcuts/"):
        page.keyboard.press("ControlOrMeta+Shift+f")
    expect(row.get_by_role("alert")).to_be_hidden()
    expect(key).to_have_accessible_name(f"Search: {MOD} Shift F")
    expect(key).to_be_focused()

    other_tab = page.context.new_page()
    ChatPage(other_tab).open()
    other_tab.evaluate(LISTEN)
    with page.expect_response("**/settings/shortcuts/"):
        page.get_by_role("button", name="Switch off: Choose a model").click()
    other_tab.evaluate("() => window.told")
    other_tab.keyboard.press("ControlOrMeta+/")
    expect(listed(other_tab, "Search")).to_have_text(f"{MOD} Shift F")
    expect(listed(other_tab, "Choose a model")).to_have_count(0)
    other_tab.close()

    other = new_browser(storage_state=page.context.storage_state()).new_page()
    for at in (page, other):
        chat = ChatPage(at).open()
        expect(chat.draft).to_be_focused()
        at.keyboard.press("ControlOrMeta+k")
        expect(at.get_by_role("dialog", name="Search")).to_be_hidden()
        at.keyboard.press("ControlOrMeta+Shift+f")
        expect(at.get_by_role("dialog", name="Search")).to_be_visible()
        at.keyboard.press("Escape")
        at.keyboard.press("ControlOrMeta+/")
        expect(listed(at, "Search")).to_have_text(f"{MOD} Shift F")
        at.keyboard.press("Escape")


def test_keys_are_switched_off_each_or_all_and_put_back(page: Page) -> None:
    page.goto("/settings/#shortcuts")
    with page.expect_response("**/settings/shortcuts/"):
        page.get_by_role("button", name="Switch off: Search").click()
    expect(chosen(page, "Search")).to_have_accessible_name("Search: No key")
    with page.expect_response("**/settings/shortcuts/"):
        page.get_by_role("switch", name="Use keyboard shortcuts").click()
    chat = ChatPage(page).open()
    expect(chat.draft).to_be_focused()
    page.keyboard.press("ControlOrMeta+/")
    page.get_by_role("button", name="person").click()
    page.get_by_role("menuitem", name=LIST).click()
    expect(page.get_by_role("dialog", name=LIST)).to_contain_text("switched these off")
    page.get_by_role("link", name="Change them").click()
    expect(page.get_by_role("switch", name="Use keyboard shortcuts")).not_to_be_checked()
    with page.expect_response("**/settings/shortcuts/"):
        page.get_by_role("button", name="Put all back").click()
    page.reload()
    expect(page.get_by_role("switch", name="Use keyboard shortcuts")).to_be_checked()
    expect(chosen(page, "Search")).to_have_accessible_name(f"Search: {MOD} K")


def test_a_model_is_chosen_code_copied_and_the_chat_deleted_by_key(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    chat = ChatPage(page).open()
    expect(chat.draft).to_be_focused()
    page.keyboard.press("ControlOrMeta+Shift+m")
    page.get_by_role("option", name="Guide").press("Enter")
    chat.ask_and_wait("try: fast code")
    # As a German keyboard gives them.
    press(page, code="Semicolon", key="Ö", shiftKey=True)
    expect(chat.answer.locator(".code [data-state=copied]")).to_be_visible()
    code = chat.answer.locator(".code code").last.text_content()
    assert page.evaluate("() => navigator.clipboard.readText()") == code
    press(page, code="Slash", key="-")
    expect(page.get_by_role("dialog", name=LIST)).to_be_hidden()
    press(page, code="Digit7", key="/", shiftKey=True)
    expect(listed(page, "Choose a model")).to_have_text(f"{MOD} Shift M")
    page.keyboard.press("Escape")
    page.keyboard.press("ControlOrMeta+Shift+Backspace")
    expect(page).to_have_url("/")
    page.get_by_role("button", name="Undo").click()
    expect(chat.answer.locator(".code").last).to_be_visible()
