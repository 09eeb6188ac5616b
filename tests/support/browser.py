"""Which Chromium drives the browser tests, and what their fixtures give."""

import os
import shutil
from typing import Any, Protocol

from playwright.sync_api import BrowserContext

from tests.support.server import Server

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--use-fake-device-for-media-stream",
)

PASSWORD = "a long enough sentence"


class NewServer(Protocol):
    """Starts an installation with these environment variables."""

    def __call__(self, **settings: str) -> Server: ...


class NewContext(Protocol):
    """Opens a browser, with these options, in which nobody is signed in."""

    def __call__(self, **options: Any) -> BrowserContext: ...


class NewPerson(Protocol):
    """Opens the browser, with these options, of somebody new who is signed in."""

    def __call__(self, **options: Any) -> BrowserContext: ...


def chromium() -> str | None:
    """The path of $CHROMIUM, or of the first browser on the PATH."""
    names = (os.environ.get("CHROMIUM") or NAMES[0], *NAMES)
    return next(filter(None, map(shutil.which, names)), None)


def sign_in(context: BrowserContext, url: str, session: str) -> None:
    """Give a browser the cookie that the sign-in form would."""
    context.add_cookies([{"name": "sessionid", "value": session, "url": url}])
