"""What a page weighs on a slow phone and a slow line, at first and again: ``make bench-weight``.

A headless Chromium pretends to be a phone: a processor several times slower than this one, a narrow
line with a long way to the server. Each page is opened by a browser that was never here, and once
more by the same one.
"""

import argparse
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.support.add_turns import add_turns
from tests.support.browser import ARGUMENTS, chromium, sign_in
from tests.support.server import (
    add_people,
    connected_to,
    fake_provider,
    prepare,
    running_server,
)

ADA = "ada"
TURNS = 200
GOAL = 2_000.0  # ms until the page can be written on
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 800},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}

# A key is taken when the page's script is there: until then nothing could be sent.
TAKES_A_KEY = """() => {
  const send = document.querySelector('[data-part="send"]');
  return send?.hasAttribute("aria-disabled") ? performance.now() : null;
}"""
PAINTED = """() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0"""


class Line(NamedTuple):
    """A slow phone: its line in kbit/s and ms there and back, and how much slower it thinks."""

    kilobits: float
    round_trip: float
    slower: float


class Visit(NamedTuple):
    """Milliseconds till something was seen and till a key was taken; bytes and requests by kind."""

    painted: float
    ready: float
    loaded: Mapping[str, tuple[int, float]]


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench-weight", description="Weigh the page.")
    parser.add_argument("--kilobits", type=float, default=1_600)
    parser.add_argument("--round-trip", type=float, default=150, help="milliseconds")
    parser.add_argument("--slower", type=float, default=4, help="how many times the processor is")
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    line = Line(options.kilobits, options.round_trip, options.slower)
    with tempfile.TemporaryDirectory(prefix="chatapp-bench-") as folder:
        data_dir = Path(folder)
        prepare(data_dir)
        (session,) = add_people(data_dir, [ADA]).values()
        with fake_provider() as provider, running_server(data_dir, connected_to(provider)) as app:
            conversation, _ = add_turns(data_dir, ADA, TURNS, 1_000)
            pages = {"a new chat": "/", f"a chat of {TURNS} turns": f"/c/{conversation}"}
            sys.stdout.write(_heading(line))
            for name, path in pages.items():
                visits = list(_visits(app.url, session, path, line, options.times))
                for what, number in (("at first", 0), ("again", 1)):
                    for row in _rows(f"{name}, {what}", [pair[number] for pair in visits]):
                        sys.stdout.write(row + "\n")
    return 0


def _visits(
    url: str, session: str, path: str, line: Line, times: int
) -> Iterator[tuple[Visit, Visit]]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        for _ in range(times):
            context = _phone(browser)
            sign_in(context, url, session)
            yield _visit(context, url + path, line), _visit(context, url + path, line)
            context.close()
        browser.close()


def _phone(browser: Browser) -> BrowserContext:
    return browser.new_context(**PHONE)


def _visit(context: BrowserContext, address: str, line: Line) -> Visit:
    page = context.new_page()
    _slow_down(page, line)
    loaded = _watch(page)
    page.goto(address, wait_until="commit")
    while (ready := page.evaluate(TAKES_A_KEY)) is None:
        page.wait_for_timeout(10)
    page.wait_for_load_state("load")
    page.wait_for_timeout(500)
    painted = float(page.evaluate(PAINTED))
    page.close()
    return Visit(painted, float(ready), dict(loaded))


def _slow_down(page: Page, line: Line) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    throughput = line.kilobits * 1000 / 8
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": line.round_trip,
            "downloadThroughput": throughput,
            "uploadThroughput": throughput / 2,
        },
    )
    session.send("Emulation.setCPUThrottlingRate", {"rate": line.slower})


def _watch(page: Page) -> Mapping[str, tuple[int, float]]:
    """Requests and bytes over the line, by the kind of what was asked for; filled as they come."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    loaded: dict[str, tuple[int, float]] = defaultdict(lambda: (0, 0.0))
    kinds: dict[str, str] = {}

    def begun(event: Mapping[str, Any]) -> None:
        kinds[event["requestId"]] = event.get("type", "Other").lower()

    def cached(event: Mapping[str, Any]) -> None:
        kinds.pop(event["requestId"], None)

    def ended(event: Mapping[str, Any]) -> None:
        if kind := kinds.pop(event["requestId"], None):
            requests, size = loaded[kind]
            loaded[kind] = requests + 1, size + event["encodedDataLength"]

    session.on("Network.requestWillBeSent", begun)
    session.on("Network.requestServedFromCache", cached)
    session.on("Network.loadingFinished", ended)
    return loaded


def _heading(line: Line) -> str:
    return (
        f"{line.kilobits:,.0f} kbit/s, {line.round_trip:.0f} ms there and back, a processor "
        f"{line.slower:g} times slower\n"
    )


def _rows(name: str, visits: Sequence[Visit]) -> Iterator[str]:
    painted = sorted(visit.painted for visit in visits)
    ready = sorted(visit.ready for visit in visits)
    missed = "" if ready[-1] < GOAL else f"; more than the {GOAL:,.0f} ms it should be"
    middle = len(visits) // 2
    yield f"{name}"
    yield f"  {'first painted':30}{painted[middle]:9,.0f} ms, {painted[-1]:,.0f} at most"
    yield f"  {'a key is taken':30}{ready[middle]:9,.0f} ms, {ready[-1]:,.0f} at most{missed}"
    loaded = visits[middle].loaded
    for kind, (requests, size) in sorted(loaded.items(), key=lambda item: -item[1][1]):
        yield f"  {kind:30}{size / 1000:9.1f} kB in {requests}"
    total = sum(size for _, size in loaded.values())
    count = sum(requests for requests, _ in loaded.values())
    yield f"  {'together':30}{total / 1000:9.1f} kB in {count}"


if __name__ == "__main__":
    sys.exit(main())
