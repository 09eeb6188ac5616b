"""What the provider is sent, read at the provider."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.support.chat_page import ChatPage
from tests.support.server import FakeProvider


def test_the_second_message_is_chained_and_carries_only_the_new_input(
    page: Page, provider: FakeProvider
) -> None:
    chat = ChatPage(page).open()
    chat.ask_and_wait("first of the chain")
    chat.ask_and_wait("second of the chain")
    first = streamed(provider, "first of the chain")
    second = streamed(provider, "second of the chain")
    assert first["body"].get("previous_response_id") is None
    assert second["body"]["previous_response_id"] == first["response_id"]
    assert texts(second) == ["second of the chain"]


def test_a_retry_continues_what_came_before_it(page: Page, provider: FakeProvider) -> None:
    chat = ChatPage(page).open()
    chat.ask_and_wait("the one before")
    chat.ask_and_wait("the one tried twice")
    chat.retry("Try with fake-model-large")
    expect(chat.answer.get_by_role("group", name="Version 2 of 2")).to_be_visible()
    chat.wait()
    before = streamed(provider, "the one before")
    once, twice = provider.answered("tried twice")
    assert once["body"]["previous_response_id"] == before["response_id"]
    assert twice["body"]["previous_response_id"] == before["response_id"]
    assert twice["body"]["model"] == "fake-model-large"


def test_after_a_stopped_answer_the_whole_path_is_sent(page: Page, provider: FakeProvider) -> None:
    chat = ChatPage(page).open()
    chat.ask("deltas=5000 rate=40 will be stopped soon")
    chat.wait_for_number(10)
    chat.stop.click()
    expect(chat.send).to_be_visible()
    chat.ask_and_wait("what follows the stop")
    request = streamed(provider, "what follows the stop")
    assert request["body"].get("previous_response_id") is None
    asked = texts(request)
    assert asked[0] == "deltas=5000 rate=40 will be stopped soon"
    assert asked[1].startswith("w1 w2 w3 ")
    assert asked[-1] == "what follows the stop"


def streamed(provider: FakeProvider, text: str) -> dict[str, Any]:
    """The one streamed request whose input ends with this text."""
    (request,) = [found for found in provider.answered(text) if texts(found)[-1] == text]
    return request


def texts(request: dict[str, Any]) -> list[str]:
    """The texts of a request's messages, in order."""
    given = request["body"]["input"]
    items = [{"content": given}] if isinstance(given, str) else given
    return [text_of(item["content"]) for item in items]


def text_of(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "".join(part["text"] for part in content)
