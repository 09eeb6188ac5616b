"""Texts in passages, and those of them that tell most of a query: worked out where it is asked.

What a conversation has of files is bounded, and no more than some twenty million letters are looked
through: an index that has to be kept would save some tenths of a second of that.
"""

import math
from collections.abc import Iterator, Sequence
from heapq import nsmallest
from typing import NamedTuple

from conversations.files.paging import PAGE_END
from conversations.models.words import counts, flat, terms

SIZE = 800  # characters at the most
LEAST = SIZE // 2  # before a place to break at is looked for
BREAKS = ("\n\n", "\n", ". ", "\u3002", " ")
MOST_TERMS = 40
# Okapi BM25 with its usual constants: how soon a word said again counts little, and how much less
# it counts in a longer passage.
SATURATION, LENGTH = 1.2, 0.75


class Text(NamedTuple):
    """What there is to read of a file; `has_pages` where their ends are marked."""

    name: str
    text: str
    has_pages: bool = False


class Passage(NamedTuple):
    """A piece of a text, the `number`th of `of`; `page` where that is known."""

    file: str
    number: int
    of: int
    page: int | None
    text: str


def passages_of(text: Text) -> list[Passage]:
    """All of a text, in pieces that end with a paragraph or a sentence where one does."""
    pages = text.text.split(PAGE_END) if text.has_pages else [text.text]
    pieces = [
        (number if text.has_pages else None, piece)
        for number, page in enumerate(pages, start=1)
        for piece in _pieces(page)
    ]
    return [
        Passage(text.name, number, len(pieces), page, piece)
        for number, (page, piece) in enumerate(pieces, start=1)
    ]


def best(passages: Sequence[Passage], query: str, most: int) -> list[Passage]:
    """Those that tell most of a query, best first; none that has no word of it."""
    wanted = terms(query)[:MOST_TERMS]
    texts = [flat(passage.text) for passage in passages]
    scores = [0.0] * len(texts)
    usual = sum(map(len, texts)) / len(texts) if texts else 0
    for term in wanted:
        found = [(at, times) for at, times in enumerate(counts(term, texts)) if times]
        weight = math.log(1 + (len(texts) - len(found) + 0.5) / (len(found) + 0.5))
        for at, times in found:
            long = SATURATION * (1 - LENGTH + LENGTH * len(texts[at]) / usual)
            scores[at] += weight * times * (SATURATION + 1) / (times + long)
    first = nsmallest(most, range(len(texts)), key=lambda at: (-scores[at], at))
    return [passages[at] for at in first if scores[at]]


def _pieces(text: str) -> Iterator[str]:
    start = 0
    while start < len(text):
        end = _end(text, start)
        if piece := text[start:end].strip():
            yield piece
        start = end


def _end(text: str, start: int) -> int:
    end = start + SIZE
    if end >= len(text):
        return len(text)
    for sign in BREAKS:
        if (at := text.rfind(sign, start + LEAST, end)) >= 0:
            return at + len(sign)
    return end
