"""What "More" does with a branch: a name, a pin, a link, a fork, an end."""

import re

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.support.chat_page import ChatPage


def _more(article: Locator, choice: str) -> None:
    article.hover()
    article.get_by_role("button", name="More").click()
    article.get_by_role("menuitem", name=choice).click()


def _name(page: Page, name: str) -> None:
    page.get_by_role("textbox", name="Name this branch").fill(name)
    page.keyboard.press("Enter")


def test_a_named_branch_has_its_name_at_the_arrows_here_and_in_another_tab(
    person: BrowserContext,
) -> None:
    chat = ChatPage(person.new_page()).open()
    chat.ask_and_wait("What is red?")
    chat.retry()
    chat.wait()
    other = ChatPage(person.new_page()).open(chat.page.url)
    _more(chat.answer, "Name this branch")
    _name(chat.page, "The short one")
    versions = chat.answer.get_by_role("group", name="Version 2 of 2")
    expect(versions).to_contain_text("The short one")
    # The keyboard is back where it was.
    expect(chat.answer.get_by_role("button", name="More")).to_be_focused()
    expect(other.answer).to_contain_text("The short one")

    versions.get_by_role("button", name="Previous version").click()
    expect(chat.answer).not_to_contain_text("The short one")
    forth = chat.answer.get_by_role("button", name="Next version")
    expect(forth).to_have_attribute("title", "The short one")
    chat.page.reload()
    forth.click()
    expect(chat.answer).to_contain_text("The short one")
    _more(chat.answer, "Pin this branch")
    chat.answer.get_by_role("button", name="More").click()
    expect(chat.answer.get_by_role("menuitem", name="Unpin this branch")).to_be_visible()


def test_a_deleted_branch_asks_first_and_is_gone_in_every_tab(person: BrowserContext) -> None:
    chat = ChatPage(person.new_page()).open()
    chat.ask_and_wait("What is red?")
    chat.edit(0, "What is blue?")
    chat.wait()
    chat.ask("deltas=400 rate=20")
    chat.wait_for_number(5)
    other = ChatPage(person.new_page()).open(chat.page.url)
    expect(other.questions).to_have_count(2)

    _more(chat.questions.first, "Delete this branch")
    dialog = chat.page.get_by_role("dialog", name="Delete this branch?")
    expect(dialog).to_contain_text("What is blue?")
    expect(dialog).to_contain_text("1 more")
    dialog.get_by_role("button", name="Cancel").click()
    expect(chat.questions).to_have_count(2)

    _more(chat.questions.first, "Delete this branch")
    dialog.get_by_role("button", name="Delete").click()
    for tab in (chat, other):
        expect(tab.questions).to_have_count(1)
        expect(tab.answer).to_contain_text("You asked: What is red?")
        expect(tab.question.get_by_role("group", name="Version")).to_be_hidden()
        expect(tab.stop).to_be_hidden()


def test_the_only_branch_is_the_conversation(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.ask_and_wait("What is red?")
    expect(page).to_have_url(re.compile("/c/"))
    _more(chat.answer, "Delete this branch")
    expect(page).to_have_url(re.compile("/$"))
    page.get_by_role("button", name="Undo").click()
    expect(chat.history.get_by_role("link", name=re.compile("What is red"))).to_be_visible()


def test_a_fork_goes_on_by_itself_and_leads_back(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.ask_and_wait("What is red?")
    chat.ask_and_wait("And below it?")
    origin = page.url
    _more(chat.answers.first, "New conversation from here")
    back = page.get_by_text("Forked from").get_by_role("link")
    expect(back).to_be_visible()
    assert page.url != origin
    expect(chat.questions).to_have_count(1)
    chat.ask_and_wait("And above it?")
    page.reload()
    expect(chat.questions).to_contain_text(["What is red?", "And above it?"])
    back.click()
    expect(chat.questions).to_contain_text(["What is red?", "And below it?"])
    expect(page.get_by_text("Forked from")).to_be_hidden()


def test_a_copied_link_opens_the_message_on_its_branch(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    chat = ChatPage(page).open()
    chat.ask_and_wait("What is red?")
    chat.ask_and_wait("And below it?")
    _more(chat.answers.first, "Copy link")
    expect(page.get_by_role("status").get_by_text("Copied")).to_be_attached()
    link = page.evaluate("navigator.clipboard.readText()")
    chat.edit(0, "What is blue?")
    chat.wait()
    page.goto(link)
    chat.wait_until_ready()
    expect(chat.questions).to_contain_text(["What is red?", "And below it?"])
    turn = page.locator(".turn:focus")
    expect(turn).to_contain_text("What is red?")
    expect(turn).to_be_in_viewport()
