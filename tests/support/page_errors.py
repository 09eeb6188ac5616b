"""What went wrong in a browser's pages without anybody's noticing."""

import re

from playwright.sync_api import BrowserContext, ConsoleMessage, WebError

# What the next message would take is asked for while it is written: what it follows may be deleted
# at that very moment, and the page then says nothing of it.
OVERTAKEN = re.compile(r"status of 404.*/estimate/")


class PageErrors:
    """Collects console errors (a breach of the content policy is one) and uncaught errors."""

    def __init__(self) -> None:
        self._found: list[str] = []
        self._expected = [OVERTAKEN]

    def watch(self, context: BrowserContext) -> None:
        """Collect from every page of this context, those opened later included."""
        context.on("console", self._console)
        context.on("weberror", self._uncaught)

    def expect(self, pattern: str) -> None:
        """Errors that this pattern is found in belong to the test."""
        self._expected.append(re.compile(pattern))

    def unexpected(self) -> list[str]:
        return [
            found
            for found in self._found
            if not any(pattern.search(found) for pattern in self._expected)
        ]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            place = message.location
            self._found.append(f"{message.text} ({place['url']}:{place['lineNumber']})")

    def _uncaught(self, error: WebError) -> None:
        self._found.append(f"uncaught: {error.error}")
