"""The searches that models may use: what they find stands in their cards, and is linked to."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.e2e.test_files import attach, file
from tests.e2e.test_tools import switch_on
from tests.support.chat_page import ChatPage
from tests.support.uploads import pdf


def ask_the_guide(page: Page) -> None:
    page.get_by_role("button", name="Model: fake-model").click()
    page.get_by_role("option", name="Guide").click()


def opened(answer: Locator, label: str) -> str:
    """What the card of that name opens to."""
    step = answer.locator("details.step").filter(has_text=label)
    expect(step).to_have_count(1)
    step.get_by_text(label, exact=True).click()
    expect(step).to_have_attribute("open", "")
    expect(step).not_to_have_text(label)  # what is in it is drawn when it opens
    return step.inner_text()


def test_a_passage_of_an_attached_pdf_is_found_also_after_a_reload(page: Page) -> None:
    chat = ChatPage(page).open()
    ask_the_guide(page)
    switch_on(page, "Search files")
    attach(page, file("birds.pdf", pdf("Of ducks", "Owls hunt at night"), "application/pdf"))
    answer = chat.ask_and_wait("Search the files for owls")
    expect(answer).to_contain_text("birds.pdf, page 2")
    expect(answer.get_by_role("blockquote")).to_have_text("Owls hunt at night")

    shown = opened(answer, "Search files")
    for words in ("owls", "birds.pdf", "Page 2 · Passage 2 of 2", "Owls hunt at night"):
        assert words in shown
    page.reload()
    chat.wait()
    assert opened(answer, "Search files") == shown


def test_what_was_said_in_another_chat_is_found_and_linked_to(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.ask_and_wait("Who lives in the Zanzibar lighthouse?")
    first = page.url
    chat.open()
    ask_the_guide(page)
    switch_on(page, "Search my chats")
    answer = chat.ask_and_wait("Search my chats for Zanzibar")
    assert "Who lives in the Zanzibar lighthouse?" in opened(answer, "Search my chats")

    in_card, in_text = answer.get_by_role("link", name=re.compile("Zanzibar")).all()
    assert in_card.get_attribute("href") == in_text.get_attribute("href")
    with page.expect_popup() as popup:
        in_text.click()
    other = ChatPage(popup.value)
    expect(other.question).to_contain_text("Who lives in the Zanzibar lighthouse?")
    assert popup.value.url.startswith(first)
