"""Tools of the server's own: switched on, called, folded away, and the same after a reload."""

import json
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.support.chat_page import ChatPage
from tests.support.server import FakeProvider

OPEN = "Settings of the next answer"


def switch_on(page: Page, *tools: str) -> None:
    """By the + in the message box, which leads to the first of them."""
    page.get_by_role("button", name="Attach", exact=True).click()
    page.get_by_role("menuitem", name="Tools").click()
    drawer = page.get_by_role("dialog", name=OPEN)
    expect(drawer.get_by_role("checkbox", name="Calculator")).to_be_focused()
    for tool in tools:
        drawer.get_by_role("checkbox", name=tool).check()
    drawer.get_by_role("button", name="Done").click()


def pill(page: Page) -> Locator:
    return page.get_by_role("group", name="Settings that are set").get_by_role("button")


def sent_for(provider: FakeProvider, question: str) -> list[dict[str, Any]]:
    """The bodies of the requests of an answer, the first of which asks this."""
    bodies = [record["body"] for record in provider.requests() if record["kind"] == "create"]
    at = next(n for n, body in enumerate(bodies) if question in json.dumps(body["input"]))
    return [body for body in bodies[at:] if body.get("tools")]


def test_two_rounds_of_a_tool_are_one_answer_also_after_a_reload(
    page: Page, provider: FakeProvider
) -> None:
    chat = ChatPage(page).open()
    switch_on(page, "Calculator")
    expect(pill(page)).to_have_text("Tools Calculator")

    answer = chat.ask_and_wait("call=2 how much is it?")
    expect(answer).to_contain_text("I was told: ")
    expect(chat.answers).to_have_count(1)
    group = answer.get_by_text("Used 2 tools")
    expect(group).to_be_visible()
    shown = _steps_of(answer)
    page.reload()
    chat.wait()
    expect(pill(page)).to_have_text("Tools Calculator")
    assert _steps_of(answer) == shown

    first, second, last = sent_for(provider, "call=2 how much is it?")
    assert [tool["name"] for tool in first["tools"]] == ["calculate"]
    assert json.loads(second["input"][0]["output"]) == {"result": "17", "exact": True}
    assert json.loads(last["input"][0]["output"]) == {"result": "34", "exact": True}
    assert last["previous_response_id"]


def _steps_of(answer: Locator) -> list[str]:
    """What each step opens to, as text."""
    answer.get_by_text("Used 2 tools").click()
    steps = answer.get_by_text("Calculator", exact=True)
    expect(steps).to_have_count(2)
    for step in steps.all():
        step.click()
    texts = answer.locator("details.step").all_inner_texts()
    assert "1 * 17" in texts[0]
    assert '"result": "17"' in texts[0]
    assert "2 * 17" in texts[1]
    return texts


def test_the_guide_uses_the_tools_that_are_on(page: Page) -> None:
    chat = ChatPage(page).open()
    page.get_by_role("button", name="Model: fake-model").click()
    page.get_by_role("option", name="Guide").click()
    chat.ask_and_wait("What is 17*23?")
    expect(chat.answer).not_to_contain_text("391")
    switch_on(page, "Calculator", "Clock")
    expect(chat.ask_and_wait("What is 17*23?")).to_contain_text("391")
    answer = chat.ask_and_wait("What time is it?")
    zone = page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone")
    expect(answer).to_contain_text(f"({zone})")
    pill(page).click()
    chat.ask_and_wait("What is 18*23?")
    expect(chat.answer).not_to_contain_text("414")
