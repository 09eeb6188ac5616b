"""Which section of the documentation answers a question: BM25, with a floor for "none".

The formula: https://en.wikipedia.org/wiki/Okapi_BM25
"""

import math
from collections import Counter
from collections.abc import Sequence
from functools import cache

from conversations.providers.guide.documentation import Section, documentation
from conversations.providers.guide.words import words

SATURATION = 1.5
LENGTH = 0.75
TITLE_WEIGHT = 3
# The share of a question's weight that a section must have for it to be an answer.
COVERAGE = 0.5


class Index:
    """A few hundred sections at most, so all of it is in memory and every query looks at all."""

    def __init__(self, sections: Sequence[Section]) -> None:
        self._sections = sections
        self._counts = [
            Counter(words(section.title) * TITLE_WEIGHT + words(section.text))
            for section in sections
        ]
        self._mean = sum(c.total() for c in self._counts) / max(1, len(sections))
        self._found_in = Counter(word for counts in self._counts for word in counts)

    def best(self, question: str, limit: int = 3) -> list[Section]:
        """The sections that fit `question`, best first; none when nothing fits well."""
        asked = set(words(question))
        scored = [
            (self._score(counts, asked), section)
            for counts, section in zip(self._counts, self._sections, strict=True)
            if self._coverage(counts, asked) >= COVERAGE
        ]
        scored.sort(key=lambda pair: -pair[0])
        return [section for _, section in scored[:limit]]

    def _score(self, counts: Counter[str], asked: set[str]) -> float:
        norm = 1 - LENGTH + LENGTH * counts.total() / max(1.0, self._mean)
        return sum(
            self._weight(word)
            * counts[word]
            * (SATURATION + 1)
            / (counts[word] + SATURATION * norm)
            for word in asked
        )

    def _coverage(self, counts: Counter[str], asked: set[str]) -> float:
        total = sum(map(self._weight, asked))
        return sum(self._weight(word) for word in asked if counts[word]) / total if total else 0.0

    def _weight(self, word: str) -> float:
        known = self._found_in[word]
        return math.log(1 + (len(self._sections) - known + 0.5) / (known + 0.5))


@cache
def documentation_index() -> Index:
    """The index of the project's documentation, made once."""
    return Index(documentation())
