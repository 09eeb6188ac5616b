"""The app on a home screen or a desktop, as an app of its own."""

from playwright.sync_api import Page, expect

from tests.support.chat_page import ChatPage

# Tests run in a window that keeps nothing; no browser installs from there.
UNAVOIDABLE = {"in-incognito"}


def test_it_can_be_installed(page: Page) -> None:
    ChatPage(page).open()
    devtools = page.context.new_cdp_session(page)
    found = devtools.send("Page.getAppManifest")
    assert found["errors"] == []
    assert found["url"].endswith("/manifest.webmanifest")
    reported = devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert {error["errorId"] for error in reported} <= UNAVOIDABLE


def test_the_frame_follows_the_chosen_colours(page: Page) -> None:
    chat = ChatPage(page).open()
    frames = page.locator("meta[name=theme-color]")
    expect(chat.draft).to_be_focused()
    page.evaluate("localStorage.setItem('theme', 'dark')")
    page.reload()
    for frame in frames.all():
        expect(frame).to_have_attribute("content", "#1a1a18")
