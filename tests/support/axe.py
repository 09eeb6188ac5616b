"""What axe-core finds wrong in a page, and how wide a page is."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
EVERYTHING: dict[str, Any] = {"resultTypes": ["violations"]}
COLOURS = EVERYTHING | {"runOnly": ["color-contrast", "link-in-text-block"]}
RUN = """async options => {
    const { violations } = await axe.run(document, options);
    return violations.flatMap(({ id, nodes }) => nodes.map(
        ({ target, html, any, all, none }) => `${id} at ${target.join(" ")}: ${html.slice(0, 160)} `
            + [...any, ...all, ...none].map(({ message }) => message).join("; ")
    ));
}"""
WIDER = """() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
}"""
MOVING = """() => document.getAnimations().map(animation => {
    const { duration, iterations } = animation.effect.getComputedTiming();
    const of = animation.effect.target;
    return { name: animation.animationName ?? animation.transitionProperty,
             duration, iterations: String(iterations), of: of.className || of.tagName };
}).filter(({ duration }) => duration > 1)"""


def faults(page: Page) -> list[str]:
    """Everything that axe finds, with light and with dark colours."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text())  # past the content policy, which forbids a script element
    found = []
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    found += [f"light: {fault}" for fault in page.evaluate(RUN, EVERYTHING)]
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    found += [f"dark: {fault}" for fault in page.evaluate(RUN, COLOURS)]
    return found


def wider_than(page: Page, *widths: int) -> list[str]:
    """At which of these widths (CSS pixels) the page scrolls sideways."""
    before = page.viewport_size
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 740})
        if too_much := page.evaluate(WIDER):
            found.append(f"at {width} px it is {too_much} px wider")
    if before:
        page.set_viewport_size(before)
    return found


def moving(page: Page) -> list[dict[str, Any]]:
    """What moves though the person asked for less motion."""
    page.emulate_media(reduced_motion="reduce")
    found: list[dict[str, Any]] = page.evaluate(MOVING)
    return found
