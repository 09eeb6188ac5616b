"""Speaking a message, into the microphone that Chromium pretends to have."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.support.browser import NewContext, NewServer, sign_in
from tests.support.chat_page import ChatPage
from tests.support.server import FakeProvider, add_people, connected_to

SCRIBE = (
    "from conversations.models import Provider;"
    "Provider.objects.filter(from_environment=True).update(transcription_model='writes-down')"
)


@dataclass
class Speaker:
    """A browser, and the address of the installation that its person is signed in to."""

    context: BrowserContext
    url: str


@pytest.fixture
def speaker(new_server: NewServer, provider: FakeProvider, new_browser: NewContext) -> Speaker:
    """Somebody whose provider writes down what they say."""
    server = new_server(**connected_to(provider))
    server.manage("shell", "-v0", "-c", SCRIBE)
    context = new_browser()
    sign_in(context, server.url, add_people(server.data_dir, ["speaker"])["speaker"])
    return Speaker(context, server.url)


def test_what_is_said_goes_into_the_message_at_the_caret(speaker: Speaker) -> None:
    speaker.context.grant_permissions(["microphone"])
    page = speaker.context.new_page()
    chat = ChatPage(page).open(speaker.url)
    chat.draft.fill("Note:, please.")
    for _ in range(len(", please.")):
        page.keyboard.press("ArrowLeft")
    page.get_by_role("button", name="Dictate").click()
    dictation = page.get_by_role("group", name="Dictation")
    expect(dictation.get_by_text("0:01")).to_be_visible()
    expect(dictation.get_by_role("button", name="Done")).to_be_focused()
    page.keyboard.press("Enter")
    expect(chat.draft).to_have_value("Note: I heard a recording., please.")
    expect(chat.draft).to_be_focused()
    expect(dictation).to_be_hidden()
    expect(chat.questions).to_have_count(0)

    page.keyboard.press("ControlOrMeta+Shift+L")
    expect(dictation.get_by_text("Listening…")).to_be_visible()
    expect(dictation.get_by_role("button", name="Done")).to_be_enabled()
    page.keyboard.press("Escape")
    expect(dictation).to_be_hidden()
    expect(chat.draft).to_have_value("Note: I heard a recording., please.")
    page.reload()
    expect(chat.draft).to_have_value("Note: I heard a recording., please.")


def test_without_a_permission_it_says_where_to_give_it(speaker: Speaker) -> None:
    page = speaker.context.new_page()
    ChatPage(page).open(speaker.url)
    page.get_by_role("button", name="Dictate").click()
    expect(page.get_by_text("does not allow this page to use the microphone")).to_be_visible()
    expect(page.get_by_role("group", name="Dictation")).to_be_hidden()
