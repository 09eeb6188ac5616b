"""A tool that an answer asks for: allowed or denied by hand and by keys, once or always."""

from playwright.sync_api import Locator, Page, expect

from tests.support.chat_page import ChatPage
from tests.support.page_errors import PageErrors


def guide(page: Page) -> ChatPage:
    chat = ChatPage(page).open()
    page.get_by_role("button", name="Model: fake-model").click()
    page.get_by_role("option", name="Guide").click()
    return chat


def cards(page: Page) -> Locator:
    return page.get_by_role("group", name="Approval")


def test_a_tool_is_allowed_by_keys_denied_by_hand_and_asked_for_once(
    page: Page, page_errors: PageErrors
) -> None:
    chat = guide(page)
    chat.ask_and_wait("try: fast approval")
    announcer = page.locator("#announcer")
    expect(announcer).to_contain_text("Permission is asked for: roll (dice)")
    card = cards(page)
    expect(card).to_contain_text('"sides": 20')
    other = page.context.new_page()
    second = ChatPage(other).open(page.url)
    expect(cards(other).get_by_role("button", name="Deny")).to_be_visible()

    chat.draft.press("ControlOrMeta+Alt+Enter")
    expect(chat.wait()).to_contain_text("You allowed it")
    expect(card).to_contain_text("Allowed.")
    expect(card.get_by_role("button", name="Deny")).to_be_hidden()
    expect(page.get_by_role("article", name="Your decision")).to_contain_text(
        "Allowed: roll (dice)"
    )
    expect(cards(other)).to_contain_text("Allowed.")
    page.reload()
    expect(card).to_contain_text("Allowed.")
    expect(chat.wait()).to_contain_text("You allowed it")
    other.close()

    chat.ask_and_wait("try: fast approval 2")
    open_cards = cards(page).filter(has=page.get_by_role("button", name="Deny"))
    expect(open_cards).to_have_count(2)
    open_cards.first.get_by_role("button", name="Deny").click()
    expect(cards(page).nth(1)).to_contain_text("Will be denied")
    page.reload()
    expect(cards(page).nth(1)).to_contain_text("Will be denied")
    expect(open_cards).to_have_count(1)
    chat.draft.press("ControlOrMeta+Alt+Backspace")
    expect(chat.wait()).to_contain_text("I leave the dice alone.")

    chat.ask_and_wait("try: fast approval 2")
    expect(open_cards).to_have_count(2)
    open_cards.first.get_by_role("button", name="Deny").click()
    expect(open_cards.get_by_role("button", name="Allow once")).to_be_focused()
    page.keyboard.press("ControlOrMeta+Alt+Backspace")
    expect(chat.wait()).to_contain_text("I leave the dice alone.")
    assert second is not chat


def test_a_tool_that_is_always_allowed_is_listed_and_can_be_withdrawn(page: Page) -> None:
    chat = guide(page)
    chat.ask_and_wait("try: fast approval")
    cards(page).get_by_role("button", name="Always in this chat").click()
    expect(chat.wait()).to_contain_text("You allowed it")
    chat.ask("try: fast approval")
    expect(cards(page)).to_have_count(2)
    expect(page.get_by_role("article", name="Your decision")).to_have_count(2)
    expect(cards(page).last).to_contain_text("Allowed, as always in this chat.")
    page.reload()
    page.get_by_role("button", name="Tools allowed in this chat").click()
    page.get_by_role("button", name="Ask again: roll (dice)").click()
    expect(page.get_by_role("button", name="Tools allowed in this chat")).to_be_hidden()
    chat.ask_and_wait("try: fast approval")
    chat.ask_and_wait("Never mind.")
    expect(cards(page).last).to_contain_text("Not decided.")
