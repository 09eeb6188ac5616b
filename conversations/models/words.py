"""The words of a text, for an index that knows no languages, and where a query's words stand in it.

Of a script that puts no spaces between words, the index has each pair of neighbouring letters, and
the last letter alone: so it finds any part of such a text, as other search engines do with n-grams.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

# Han, kana and what goes with them, Hangul excepted: Korean is written with spaces.
UNSPACED = "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
UNSPACED_BEYOND = "\uff66-\uff9f\U00020000-\U0003134f\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
RUNS = re.compile(f"[{UNSPACED}{UNSPACED_BEYOND}]+|[^\\W_{UNSPACED}{UNSPACED_BEYOND}]+")
IS_UNSPACED = re.compile(f"[{UNSPACED}{UNSPACED_BEYOND}]")
# What a letter has on it, which comparing takes off; not of a script that is compared as written.
MARKS = re.compile(
    "[{}]+".format(
        "".join(
            sign
            for sign in map(chr, range(0x300, 0x10000))
            if unicodedata.category(sign) in ("Mc", "Mn") and not IS_UNSPACED.match(sign)
        )
    )
)
# Mostly all that is not ASCII in an English text.
TYPOGRAPHY = "\u2018\u2019\u201c\u201d\u2013\u2014\u2022\u2026\xa0"
WORD_LENGTH = 64
INDEXED_LENGTH = 200_000  # characters; PostgreSQL takes no vector of more than a megabyte


class Run(NamedTuple):
    """A word as it is compared, or letters without spaces between, and where it stands."""

    word: str
    start: int
    end: int

    @property
    def is_unspaced(self) -> bool:
        return bool(IS_UNSPACED.match(self.word))


def runs(text: str) -> Iterator[Run]:
    """The words of a text, in order."""
    for match in RUNS.finditer(text):
        if word := _compared(match[0]):
            yield Run(word, match.start(), match.end())


def indexed(text: str) -> str:
    """What the index has of a text: its words, with a space between."""
    return " ".join(term for run in runs(text[:INDEXED_LENGTH]) for term in _terms(run))


def phrases(query: str) -> list[list[str]]:
    """What must all stand in the index of a text: phrases of terms, the last of each a prefix."""
    return [_pairs(run.word) if run.is_unspaced else [run.word] for run in runs(query)]


def terms(query: str) -> list[str]:
    """What to count of a query in a text, each once: its words, and pairs of unspaced letters."""
    words = RUNS.findall(flat(query))
    found = (_pairs(word) if IS_UNSPACED.match(word) else [word] for word in words)
    return list(dict.fromkeys(term for each in found for term in each))


def flat(text: str) -> str:
    """A text as its words are compared, for `counts`: much quicker than to take them apart."""
    for sign in () if text.isascii() else TYPOGRAPHY:
        text = text.replace(sign, " ")
    plain = _latin(text)
    if plain is None:
        text = _unmarked(text)
        plain = _latin(text)
    return text if plain is None else f" {plain}"


def counts(term: str, texts: Sequence[str]) -> list[int]:
    """How many words of each text, made `flat`, begin with a term; of unspaced letters, how often
    they stand in it.
    """
    if IS_UNSPACED.match(term):
        return [text.count(term) for text in texts]
    word, beginning = f" {term}", _beginning(term)
    return [
        text.count(word) if text.isascii() else term in text and len(beginning.findall(text))
        for text in texts
    ]


def may_have(text: str, wanted: Sequence[Run]) -> bool:
    """False where not all of these words of a query stand in a text; that takes hardly any time."""
    bare = _bare(text)
    return all(_bare(one.word) in bare for one in wanted)


def has_all(text: str, wanted: Sequence[Run]) -> bool:
    """Whether all of these words of a query stand in a text."""
    found = list(runs(text))
    return all(any(_place(run, one) for run in found) for one in wanted)


def places(text: str, query: str) -> Iterator[tuple[int, int]]:
    """Where the words of a query stand in a text: (start, end) of each, in order."""
    wanted = list(runs(query))
    for run in runs(text):
        if place := next(filter(None, (_place(run, one) for one in wanted)), None):
            yield place


def _beginning(term: str) -> re.Pattern[str]:
    """Where a word begins so: not behind a letter of the same word."""
    return re.compile(f"(?<![^\\W_{UNSPACED}{UNSPACED_BEYOND}]){re.escape(term)}")


def _place(run: Run, wanted: Run) -> tuple[int, int] | None:
    if not wanted.is_unspaced:
        return (run.start, run.end) if run.word.startswith(wanted.word) else None
    at = run.word.find(wanted.word) if run.is_unspaced else -1
    # Folding keeps the length of nearly all of these; where it does not, the whole run is shown.
    if at < 0 or len(run.word) != run.end - run.start:
        return None if at < 0 else (run.start, run.end)
    return run.start + at, run.start + at + len(wanted.word)


def _terms(run: Run) -> list[str]:
    return [*_pairs(run.word), run.word[-1]] if run.is_unspaced else [run.word]


def _pairs(word: str) -> list[str]:
    return [one + other for one, other in pairwise(word)] or [word]


def _compared(word: str) -> str:
    """Without case, width and accents."""
    if word.isascii():
        return word.lower()[:WORD_LENGTH]
    if IS_UNSPACED.match(word):
        return unicodedata.normalize("NFKC", word.casefold())
    apart = _apart(word)
    # Neither accents nor what else comes out of one sign: of "⑴" two brackets.
    bare = "".join(letter for letter in apart if letter.isalnum())
    return unicodedata.normalize("NFC", bare)[:WORD_LENGTH]


def _bare(text: str) -> str:
    """Letters and digits as words are compared, and some that are not: of any part, a part."""
    if text.isascii():
        return text.lower()
    return "".join(filter(str.isalnum, _apart(text)))


def _unmarked(text: str) -> str:
    """Letters without accents and case, and all that is between them."""
    return unicodedata.normalize("NFC", MARKS.sub("", _apart(text)))


def _latin(text: str) -> str | None:
    """The same for a text of few letters, whose words have spaces between; None for any other."""
    try:
        plain = text.encode("latin-1").translate(LATIN)
    except UnicodeEncodeError:
        return None
    return plain.decode("ascii") if plain.isascii() else None


def _apart(text: str) -> str:
    """Letters apart from their accents; a mathematical one becomes a plain one, and then small."""
    return unicodedata.normalize("NFKD", text.casefold()).casefold()


def _of_latin(sign: str) -> int:
    """What stands for one of the first 256 signs; itself where that would be several, or another
    script's.
    """
    found = _unmarked(sign)
    if not sign.isalnum():
        return ord(" ")
    return ord(found) if found.isascii() and len(found) == 1 else ord(sign)


LATIN = bytes(_of_latin(chr(code)) for code in range(256))
