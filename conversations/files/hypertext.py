"""What there is to read on a page of HTML: its title, its text, and where its links lead.

Menus and the like are left out, and what is hidden from people, who could not see what it tells a
model. Nothing is fetched. A page is as wrong as it likes: what is not closed ends with what it is
in.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import urljoin

DEEPEST = 150
MOST_ELEMENTS = 150_000
MOST_LINKS = 200
ENOUGH = 200  # characters, of what says that it is the main thing


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


VOID = _names("area base br col embed hr img input link meta source track wbr")
NEVER = _names(
    """
    audio canvas datalist head iframe noscript object optgroup option script select style svg
    template textarea title video
    """
)
BESIDE = _names("aside button dialog footer menu nav search")
ROLES_BESIDE = _names(
    "banner complementary contentinfo dialog menu menubar navigation search toolbar"
)
PARAGRAPHS = _names("article blockquote dl figure h1 h2 h3 h4 h5 h6 ol p pre table ul")
LINES = _names(
    """
    address aside body br caption center dd details div dt fieldset figcaption footer form header
    hgroup hr html legend li main nav section summary tr
    """
)
LISTS, TABLES = _names("ul ol menu"), _names("table")
# What needs no end of its own, as another begins in the same one.
ENDED_BY = {
    "a": (_names("a"), TABLES),
    "li": (_names("li"), LISTS),
    "dt": (_names("dt dd"), _names("dl")),
    "dd": (_names("dt dd"), _names("dl")),
    "td": (_names("td th"), _names("table tr")),
    "th": (_names("td th"), _names("table tr")),
    "tr": (_names("tr"), TABLES),
}
BEGIN = {f"h{level}": f"{'#' * level} " for level in range(1, 7)} | {"li": "- ", "tr": "| "}
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
SPACE = re.compile(r"[ \t\n\r\f\u00a0\u200b]+")


class Link(NamedTuple):
    """A link's words, and its whole address."""

    text: str
    url: str


class Page(NamedTuple):
    """What a page says."""

    title: str
    text: str
    links: list[Link]


@dataclass
class Element:
    """An element, with what is in it."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Element | str]" = field(default_factory=list)

    def all(self, is_left_out: "LeftOut" = lambda element: False) -> "Iterator[Element]":
        """It and all elements in it, but for those that are left out with what is in them."""
        todo = [self]
        while todo:
            element = todo.pop()
            yield element
            below = [child for child in element.children if isinstance(child, Element)]
            todo += [child for child in reversed(below) if not is_left_out(child)]


LeftOut = Callable[[Element], bool]


def read(markup: str, url: str = "") -> Page:
    """What is to be read in `markup`, which came from `url`."""
    root = _parsed(markup)
    main = _main(root)
    text = _text(main, _is_beside) or _text(root, _is_never)
    return Page(_title(root), text, _links(main, _base(root, url)))


class Enough(Exception):
    """There is as much as is looked at."""


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("")
        self._open = [self.root]
        self._left = MOST_ELEMENTS

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._end_what_ends_before(tag)
        self._left -= 1
        if not self._left:
            raise Enough
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in VOID and len(self._open) < DEEPEST:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        for at in range(len(self._open) - 1, 0, -1):
            if self._open[at].tag == tag:
                del self._open[at:]
                return

    def _end_what_ends_before(self, tag: str) -> None:
        if tag not in ENDED_BY:
            return
        ended, within = ENDED_BY[tag]
        for at in range(len(self._open) - 1, 0, -1):
            if self._open[at].tag in within:
                return
            if self._open[at].tag in ended:
                del self._open[at:]
                return

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


class _Writer:
    """Words as lines and paragraphs."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._is_spaced = True

    def write(self, text: str) -> None:
        text = SPACE.sub(" ", text)
        if self._is_spaced:
            text = text.lstrip(" ")
        if text:
            self._line.append(text)
            self._is_spaced = text.endswith(" ")

    def write_as_it_is(self, text: str) -> None:
        first, *rest = text.split("\n")
        self._line.append(first)
        for line in rest:
            self._lines.append("".join(self._line).rstrip())
            self._line = [line]

    def end_line(self) -> None:
        if line := "".join(self._line).rstrip():
            self._lines.append(line)
        self._line, self._is_spaced = [], True

    def end_paragraph(self) -> None:
        self.end_line()
        if self._lines and self._lines[-1]:
            self._lines.append("")

    def text(self) -> str:
        self.end_line()
        return "\n".join(self._lines).strip()


def _parsed(markup: str) -> Element:
    builder = _Builder()
    with suppress(Enough):
        builder.feed(markup)
        builder.close()
    return builder.root


def _is_never(element: Element) -> bool:
    """Whether it is nothing to read."""
    given = element.attributes
    return (
        element.tag in NEVER
        or "hidden" in given
        or given.get("aria-hidden", "").lower() == "true"
        or bool(HIDDEN.search(given.get("style", "")))
    )


def _is_beside(element: Element) -> bool:
    """The same, and whether it is none of what the page is about."""
    role = element.attributes.get("role", "").lower()
    return element.tag in BESIDE or role in ROLES_BESIDE or _is_never(element)


def _main(root: Element) -> Element:
    """What says that it is the main thing, where it has some text; else the whole page."""
    every = list(root.all())
    named = [one for one in every if one.tag == "main" or one.attributes.get("role") == "main"]
    articles = [one for one in every if one.tag == "article"]
    for candidates in (named, articles):
        if len(candidates) == 1 and len(_text(candidates[0], _is_beside)) >= ENOUGH:
            return candidates[0]
    return root


def _text(element: Element, is_left_out: LeftOut) -> str:
    writer = _Writer()
    _write(element, writer, is_left_out, as_it_is=False)
    return writer.text()


def _write(element: Element, to: _Writer, is_left_out: LeftOut, *, as_it_is: bool) -> None:
    as_it_is = as_it_is or element.tag == "pre"
    _end(element.tag, to)
    if element.tag in BEGIN:
        to.write(BEGIN[element.tag])
    for child in element.children:
        if isinstance(child, str):
            (to.write_as_it_is if as_it_is else to.write)(child)
        elif not is_left_out(child):
            _write(child, to, is_left_out, as_it_is=as_it_is)
    if element.tag in ("td", "th"):
        to.write(" | ")
    _end(element.tag, to)


def _end(tag: str, to: _Writer) -> None:
    if tag in PARAGRAPHS:
        to.end_paragraph()
    elif tag in LINES:
        to.end_line()


def _title(root: Element) -> str:
    """As the page calls itself, else its first heading."""
    for tag in ("title", "h1"):
        for element in root.all():
            if element.tag == tag and (title := _text(element, _is_never)):
                return " ".join(title.removeprefix("# ").split())
    return ""


def _base(root: Element, url: str) -> str:
    bases = (one.attributes.get("href", "") for one in root.all() if one.tag == "base")
    return _joined(url, next(bases, "")) or url


def _links(main: Element, base: str) -> list[Link]:
    found: dict[str, Link] = {}
    for element in main.all(_is_beside):
        if element.tag != "a" or len(found) == MOST_LINKS:
            continue
        url = _joined(base, element.attributes.get("href", "")).partition("#")[0]
        text = " ".join(_text(element, _is_never).split())
        if text and url.startswith(("https://", "http://")):
            found.setdefault(url, Link(text, url))
    return list(found.values())


def _joined(base: str, url: str) -> str:
    try:
        return urljoin(base, url.strip()) if url else ""
    except ValueError:  # of an address that is none
        return ""
