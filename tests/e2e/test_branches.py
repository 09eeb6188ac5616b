"""Editing a question and retrying an answer make siblings; the arrows lead back and forth."""

from playwright.sync_api import Page, expect

from tests.support.chat_page import ChatPage, counted


def test_an_edited_question_is_a_sibling(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.ask_and_wait("What is red?")
    chat.ask_and_wait("And below it?")
    chat.edit(0, "What is blue?")
    expect(chat.questions).to_have_count(1)
    expect(chat.wait()).to_contain_text("You asked: What is blue?")
    versions = chat.question.get_by_role("group", name="Version 2 of 2")
    expect(versions).to_contain_text("2 / 2")

    versions.get_by_role("button", name="Previous version").press("Enter")
    expect(chat.questions).to_have_count(2)
    expect(chat.questions.first).to_contain_text("What is red?")
    arrow = chat.questions.first.get_by_role("button", name="Previous version")
    expect(arrow).to_be_focused()
    expect(arrow).to_have_attribute("aria-disabled", "true")
    expect(chat.answer).to_contain_text("You asked: And below it?")

    page.reload()
    expect(chat.questions).to_have_count(2)
    first = chat.questions.first.get_by_role("group", name="Version 1 of 2")
    first.get_by_role("button", name="Next version").click()
    expect(chat.answer).to_contain_text("You asked: What is blue?")


def test_a_retry_is_a_sibling_of_the_answer(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.ask_and_wait("deltas=5")
    chat.retry()
    versions = chat.answer.get_by_role("group", name="Version 2 of 2")
    expect(versions).to_be_visible()
    chat.wait()
    expect(chat.questions).to_have_count(1)
    versions.get_by_role("button", name="Previous version").click()
    expect(chat.answer.get_by_role("group", name="Version 1 of 2")).to_be_visible()
    assert chat.numbers() == counted(5)


def test_the_arrows_work_while_another_branch_is_answering(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.ask_and_wait("What is red?")
    chat.edit(0, "deltas=200 rate=50")
    chat.wait_for_number(10)
    chat.question.get_by_role("button", name="Previous version").click()
    expect(chat.answer).to_contain_text("You asked: What is red?")
    chat.question.get_by_role("button", name="Next version").click()
    expect(chat.question).to_contain_text("deltas=200 rate=50")
    chat.wait()
    assert chat.numbers() == counted(200)


def test_another_question_comes_back_with_the_answer_that_was_chosen(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.ask_and_wait("deltas=3")
    chat.retry("Try with fake-model-large")
    chat.wait()
    chat.answer.get_by_role("button", name="Previous version").click()
    expect(chat.answer.get_by_role("group", name="Version 1 of 2")).to_be_visible()
    chat.edit(0, "What is blue?")
    chat.wait()
    page.reload()
    chat.question.get_by_role("button", name="Previous version").click()
    expect(chat.question).to_contain_text("deltas=3")
    expect(chat.answer.get_by_role("group", name="Version 1 of 2")).to_be_visible()
