"""Somebody else's conversation looks like one that never was."""

from playwright.sync_api import Page

from tests.support.browser import NewPerson
from tests.support.chat_page import ChatPage
from tests.support.page_errors import PageErrors


def test_another_persons_conversation_is_the_same_404_as_a_missing_one(
    page: Page, new_person: NewPerson, page_errors: PageErrors
) -> None:
    page_errors.expect("status of 404")
    chat = ChatPage(page).open()
    chat.ask_and_wait("a secret")
    conversation = page.url.rpartition("/")[2]
    missing = f"{conversation[:-6]}abcdef"

    stranger = new_person().new_page()
    for address in ("/c/{}", "/conversations/{}/"):
        theirs = seen(stranger, address.format(conversation))
        none = seen(stranger, address.format(missing))
        assert theirs == none
        assert theirs[0] == 404
        assert "secret" not in theirs[1]


def seen(page: Page, address: str) -> tuple[int, str]:
    answer = page.goto(address)
    assert answer
    return answer.status, answer.text()
