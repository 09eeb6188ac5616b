"""What a page says to those who cannot see it."""

from typing import Any

from playwright.sync_api import Page

LIVE = (
    '[aria-live]:not([aria-live="off"]), [role="status"], [role="alert"], [role="log"],'
    ' [role="timer"], [role="marquee"], output'
)
# A template's copies come into the page: what stands in one counts.
COUNT = f"""() => {{
  const roots = [document, ...[...document.querySelectorAll("template")].map((t) => t.content)];
  const regions = roots.flatMap((root) => [...root.querySelectorAll(`{LIVE}`)]);
  return regions.map((node) => node.outerHTML);
}}"""
LISTEN = """
const said = (window.__said = []);
new MutationObserver((changes) => {
  const changed = new Set(changes.map(({ target }) => target));
  for (const { id, textContent } of changed)
    if (id === "announcer" && textContent) said.push(textContent);
}).observe(document, { childList: true, subtree: true });
"""


class Announcements:
    """Listens to a page, which is opened after this."""

    def __init__(self, page: Page) -> None:
        self._page = page
        page.add_init_script(LISTEN)

    def all(self) -> list[str]:
        """What was said since the page was loaded, oldest first."""
        said: list[str] = self._page.evaluate("() => window.__said")
        return said

    def wait(self, text: str) -> None:
        """Return when something with this text was said."""
        self._page.wait_for_function(
            "(text) => window.__said.some((each) => each.includes(text))", arg=text
        )

    def forget(self) -> None:
        self._page.evaluate("() => { window.__said.length = 0; }")


def live_regions(page: Page) -> list[str]:
    """The live regions that a page has, or may come to have, as HTML."""
    found: list[str] = page.evaluate(COUNT)
    return found


def is_exposed(page: Page, selector: str) -> bool:
    """Whether a screen reader can find an element now."""
    session = page.context.new_cdp_session(page)
    try:
        root = session.send("DOM.getDocument")["root"]["nodeId"]
        node = session.send("DOM.querySelector", {"nodeId": root, "selector": selector})
        tree: dict[str, Any] = session.send(
            "Accessibility.getPartialAXTree", {"nodeId": node["nodeId"], "fetchRelatives": False}
        )
    finally:
        session.detach()
    return not tree["nodes"][0]["ignored"]
