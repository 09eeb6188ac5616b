"""A real browser's tabs: each asks one question, and does nothing after that."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import BrowserContext, Error, sync_playwright

from tests.support.browser import ARGUMENTS, chromium, sign_in
from tests.support.chat_page import ChatPage
from tests.support.page_errors import PageErrors

OPEN_WITHIN = 60.0  # seconds in which a page can be opened, whatever has just died
# What a lost connection and a server that restarts look like in the console.
EXPECTED = "WebSocket|Failed to load resource|ERR_|Failed to fetch"

LAST = "[...document.querySelectorAll('article.answer')].at(-1)"
# Remembers when the answer grew, by the number of the last word that it shows.
WATCH = """() => {
  const grown = (window.grownAt = []);
  let last = 0;
  new MutationObserver(() => {
    const text = LAST?.querySelector(".items").textContent ?? "";
    const number = parseInt(text.slice(text.lastIndexOf("w") + 1));
    if (number > last) {
      last = number;
      grown.push(Date.now() / 1000);
    }
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}""".replace("LAST", LAST)
SHOWN = f"""() => [...({LAST}?.querySelectorAll(".items p") ?? [])]
  .map((paragraph) => paragraph.textContent).join("\\n\\n")"""
IS_OVER = f"() => {LAST}?.getAttribute('aria-busy') === 'false'"


@contextmanager
def browser(url: str, session_key: str) -> Iterator["Browser"]:
    """The browser of the person who is signed in with this session."""
    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        context = chrome.new_context(base_url=url)
        sign_in(context, url, session_key)
        yield Browser(context)
        chrome.close()


class Browser:
    """Opens tabs, and collects what went wrong in them."""

    def __init__(self, context: BrowserContext) -> None:
        self._context = context
        self.errors = PageErrors()
        self.errors.expect(EXPECTED)
        self.errors.watch(context)

    def ask(self, question: str) -> "Tab":
        """Open a tab and ask."""
        chat = self._open()
        chat.ask(question)
        chat.page.evaluate(WATCH)
        return Tab(chat)

    def _open(self) -> ChatPage:
        deadline = time.monotonic() + OPEN_WITHIN
        while True:
            page = self._context.new_page()
            try:
                return ChatPage(page).open("/")
            except (Error, AssertionError):
                page.close()
                if time.monotonic() > deadline:
                    raise


class Tab:
    """One that has asked."""

    def __init__(self, chat: ChatPage) -> None:
        self._chat = chat

    @property
    def shows_an_end(self) -> bool:
        """Whether the answer is said to be over."""
        return bool(self._chat.page.evaluate(IS_OVER))

    def shown(self) -> str:
        """The text of the answer as it stands there, with a line between its paragraphs."""
        return str(self._chat.page.evaluate(SHOWN))

    def says(self) -> str:
        """All words of the page, for whoever looks for a fault."""
        return self._chat.page.inner_text("body")

    def grown_at(self) -> list[float]:
        """When words were added to what is shown, in Unix seconds."""
        return [float(at) for at in self._chat.page.evaluate("() => window.grownAt")]

    def close(self) -> None:
        self._chat.page.close()
