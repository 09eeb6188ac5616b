"""The chat page as a person finds it: by its roles and names."""

import re

from playwright.sync_api import Locator, Page, expect

LONG = 30_000  # ms that a whole answer may take


class ChatPage:
    """One tab that shows the chat."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.draft = page.get_by_placeholder("Ask anything")
        composer = page.locator("form").filter(has=self.draft)
        self.send = composer.get_by_role("button", name="Send", include_hidden=True)
        self.stop = composer.get_by_role("button", name="Stop")
        self.questions = page.get_by_role("article", name="Your message")
        self.answers = page.get_by_role("article", name="Answer", exact=True)
        self.history = page.get_by_role("navigation", name="Conversations")

    def open(self, address: str = "/") -> "ChatPage":
        self.page.goto(address)
        self.wait_until_ready()
        return self

    def wait_until_ready(self) -> None:
        """Return when the page's scripts have taken over the composer."""
        expect(self.send).to_have_attribute("aria-disabled", re.compile("true|false"))

    def ask(self, question: str) -> None:
        """Write a question and send it."""
        self.wait_until_ready()
        self.draft.fill(question)
        self.send.click()

    def ask_and_wait(self, question: str) -> Locator:
        """Ask, and return the answer when it is complete."""
        before = self.answers.count()
        self.ask(question)
        expect(self.answers).to_have_count(before + 1)
        return self.wait()

    def wait(self) -> Locator:
        """The last answer, when it has ended."""
        expect(self.answer).to_have_attribute("aria-busy", "false", timeout=LONG)
        return self.answer

    def edit(self, index: int, text: str) -> None:
        """Send another text in place of a question; questions count from 0."""
        question = self.questions.nth(index)
        question.hover()
        question.get_by_role("button", name="Edit message").click()
        question.get_by_role("textbox", name="Your message").fill(text)
        question.get_by_role("button", name="Send").click()

    def retry(self, choice: str = "Try again") -> None:
        """Choose how the last answer is tried again, from its menu."""
        self.answer.get_by_role("button", name="Try again").click()
        self.answer.get_by_role("menuitem", name=choice, exact=True).click()

    @property
    def answer(self) -> Locator:
        return self.answers.last

    @property
    def question(self) -> Locator:
        return self.questions.last

    def numbers(self) -> list[int]:
        """The numbers of the words in the last answer, as they stand there."""
        return [int(number) for number in re.findall(r"w(\d+)", self.answer.inner_text())]

    def wait_for_number(self, number: int) -> None:
        """Wait until this word of the last answer was drawn."""
        expect(self.answer).to_contain_text(re.compile(rf"w{number}(?!\d)"), timeout=LONG)

    def options(self, title: str) -> Locator:
        """Opens the menu of a conversation in the sidebar."""
        row = self.history.get_by_role("listitem").filter(has_text=title)
        row.hover()
        row.get_by_role("button", name=f"Options for {title}").click()
        return row.get_by_role("menu")


def counted(last: int) -> list[int]:
    return list(range(1, last + 1))
