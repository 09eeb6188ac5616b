"""What a long conversation costs, in the browser and on the server: ``make bench-page``.

An installation of its own is filled with one conversation, which a headless Chromium opens; while
an answer streams into it, keys are pressed in the composer and the reader scrolls. The figures of
the browser are those of its performance API.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, sync_playwright

from tests.support.add_turns import add_turns
from tests.support.browser import ARGUMENTS, chromium, sign_in
from tests.support.chat_page import ChatPage
from tests.support.processes import output_of
from tests.support.server import (
    Server,
    add_people,
    connected_to,
    environment,
    fake_provider,
    prepare,
    running_server,
)

OPENINGS = 5
KEYS = 120
A_KEY = 40  # ms between two
SHORT = 10  # turns, of the conversation that a long one is compared with
SENDING = 120.0  # seconds
ADA = "ada"

# When the last turn is on the page, the frame that follows has it painted.
SEEN = """
const found = new MutationObserver(() => {
  if (!document.querySelector(".turn.last .answer .prose")) return;
  found.disconnect();
  requestAnimationFrame(() => setTimeout(() => (window.endPainted = performance.now())));
});
found.observe(document, {childList: true, subtree: true});
"""
WATCH = """() => {
  window.seen = {keys: [], painted: [], long: []};
  const watch = (type, take, more) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({type, ...more});
  addEventListener("keydown", (event) => seen.keys.push(performance.now() - event.timeStamp), true);
  watch("event", ({name, duration}) => name === "keydown" && seen.painted.push(duration), {
    durationThreshold: 16,
  });
  watch("longtask", ({duration}) => seen.long.push(duration));
}"""
AGAIN = "() => Object.values(seen).forEach((list) => (list.length = 0))"
READ = "() => seen"
LAYOUT = """() => {
  const drawn = (turn) => turn.querySelector(".answer")?.checkVisibility();
  return {
    turns: document.querySelectorAll(".turn").length,
    drawn: [...document.querySelectorAll(".turn")].filter(drawn).length,
    nodes: document.querySelectorAll("*").length,
  };
}"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench-page", description="Measure a long one.")
    parser.add_argument("--turns", type=int, default=2_000)
    parser.add_argument("--bytes", type=int, default=2_000_000, help="of all answers together")
    options = parser.parse_args()
    size = options.bytes // options.turns
    with tempfile.TemporaryDirectory(prefix="chatapp-bench-") as folder:
        data_dir = Path(folder)
        prepare(data_dir)
        (session,) = add_people(data_dir, [ADA]).values()
        with fake_provider() as provider, running_server(data_dir, connected_to(provider)) as app:
            short, _ = add_turns(data_dir, ADA, SHORT, size)
            long, _ = add_turns(data_dir, ADA, options.turns, size)
            sys.stdout.write(f"{options.turns:,} turns, {options.bytes:,} bytes\n")
            for line in _sending(data_dir, [short, long]):
                sys.stdout.write(line + "\n")
            for line in _reading(app, session, long):
                sys.stdout.write(line + "\n")
    return 0


def _sending(data_dir: Path, conversations: Sequence[str]) -> Iterator[str]:
    """What the server does with a question, in a short conversation and in a long one."""
    arguments = ["-m", "tests.bench.sending", ADA, *conversations]
    found = json.loads(output_of(arguments, environment(data_dir), SENDING))
    for act, (short, long) in found.items():
        ratio = long["seconds"] / short["seconds"]
        yield (
            f"{act + ' on the server':44}{short['seconds'] * 1000:8.1f} ms in {SHORT} turns, "
            f"{long['seconds'] * 1000:.1f} ms in all: x {ratio:.2f}; "
            f"queries {short['queries']} and {long['queries']}"
        )


def _reading(app: Server, session: str, conversation: str) -> Iterator[str]:
    with _browser() as context:
        sign_in(context, app.url, session)
        context.add_init_script(SEEN)
        address = f"{app.url}/c/{conversation}"
        yield _line("first paint of the end", [_opening(context, address) for _ in range(OPENINGS)])
        page = context.new_page()
        chat = ChatPage(page).open(address)
        yield _layout("after opening", page)
        page.evaluate(WATCH)
        chat.ask("deltas=100000 rate=300 size=8")
        chat.wait_for_number(20)
        _type(page)
        yield from _smoothness("typing while it streams", page)
        page.evaluate(AGAIN)
        _scroll_up(page)
        yield from _smoothness("scrolling up", page)
        page.evaluate(AGAIN)
        chat.draft.focus()
        _type(page)
        yield from _smoothness("the same, scrolled far up", page)
        yield _layout("after scrolling up", page)


@contextmanager
def _browser() -> Iterator[BrowserContext]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        try:
            yield browser.new_context()
        finally:
            browser.close()


def _opening(context: BrowserContext, address: str) -> float:
    """Milliseconds from the click to the painted end."""
    page = context.new_page()
    page.goto(address, wait_until="commit")
    while (painted := page.evaluate("() => window.endPainted ?? null")) is None:
        page.wait_for_timeout(50)
    page.close()
    return float(painted)


def _type(page: Page) -> None:
    for number in range(KEYS):
        page.keyboard.press("abcdefgh "[number % 9])
        page.wait_for_timeout(A_KEY)


def _scroll_up(page: Page) -> None:
    page.get_by_role("region", name="Conversation").hover()
    for _ in range(150):
        page.mouse.wheel(0, -1200)
        page.wait_for_timeout(20)


def _smoothness(name: str, page: Page) -> Iterator[str]:
    seen: Mapping[str, list[float]] = page.evaluate(READ)
    if seen["keys"]:
        yield _line(f"a key waits, {name}", seen["keys"])
        slow = f"{len(seen['painted'])} of {len(seen['keys'])} took 16 ms or more"
        yield _line("  until it is painted", seen["painted"] or [0.0], slow)
    yield _line(f"long tasks, {name}", seen["long"] or [0.0], f"{len(seen['long'])} of them")


def _layout(when: str, page: Page) -> str:
    found: Any = page.evaluate(LAYOUT)
    what = f"{found['drawn']} of {found['turns']} turns on the page, {found['nodes']:,} elements"
    return f"{'in layout ' + when:44}{what}"


def _line(name: str, measured: Sequence[float], more: str = "") -> str:
    ordered = sorted(measured)
    figures = f"{ordered[len(ordered) // 2]:8.1f} ms p50, {ordered[-1]:.1f} ms at most"
    return f"{name:44}{figures}{'; ' if more else ''}{more}"


if __name__ == "__main__":
    sys.exit(main())
