"""What a first visit costs in requests and bytes: a budget, so that no feature is free."""

from playwright.sync_api import Page, expect

from tests.support.chat_page import ChatPage

REQUESTS = 8
BYTES = 145_000

LOADED = """() => performance.getEntriesByType("resource")
    .filter(({ initiatorType }) => initiatorType !== "fetch")
    .map(({ name, encodedBodySize }) => [name, encodedBodySize])"""


def test_the_first_page_is_light(page: Page) -> None:
    chat = ChatPage(page).open()
    expect(chat.draft).to_be_focused()
    page.wait_for_load_state("networkidle")
    loaded = page.evaluate(LOADED)
    assert len(loaded) <= REQUESTS, loaded
    assert sum(size for _, size in loaded) <= BYTES, loaded
    scripts = [size for name, size in loaded if name.endswith(".mjs")]
    assert max(scripts) < BYTES / 2, "they come compressed"
