"""Instructions that the guide obeys; each is one line of the table at the end.

It has no model, so it knows a few requests by their words and follows exactly those.
"""

import re
from collections.abc import Callable

from conversations.providers.guide.signs import FULL_STOPS, QUOTES

Rule = Callable[[str, re.Match[str]], str]
SENTENCE_END = re.compile(rf"(?<=[.!?{FULL_STOPS}])\s+|(?<=[{FULL_STOPS}])")
EDGES = f"{QUOTES} ."


def styled(text: str, instructions: str) -> str:
    """`text` as the instructions want it."""
    for pattern, rule in RULES:
        if match := re.search(pattern, instructions, re.I):
            text = rule(text, match)
    return text


def _one_sentence(text: str, _: re.Match[str]) -> str:
    return SENTENCE_END.split(_plain(text).strip(), maxsplit=1)[0].replace("\n", " ")


def _plain_text(text: str, _: re.Match[str]) -> str:
    return _plain(text)


def _ends_with(text: str, match: re.Match[str]) -> str:
    return f"{text.rstrip()} {match[1].strip(EDGES)}"


def _starts_with(text: str, match: re.Match[str]) -> str:
    return f"{match[1].strip(EDGES)} {text}"


def _plain(text: str) -> str:
    text = re.sub(r"^\s*(?:```\w*|~~~\w*|#{1,6}|>|[-*])[ \t]*", "", text, flags=re.M)
    return re.sub(r"\*\*|`", "", text)


ENDING = r"([^\n]{1,80}?)(?:[.;]?\s*(?:\n|$)|[.;]\s)"

# In the order in which they are applied: first what is said, then how it is written.
RULES: tuple[tuple[str, Rule], ...] = (
    (r"\b(?:in|only|just|with)\s+(?:one|a single)\s+sentence\b", _one_sentence),
    (r"\bplain text\b|\bno markdown\b|\bwithout markdown\b", _plain_text),
    (rf"\b(?:start|begin)\b[^.\n]{{0,40}}?\bwith[:\s]+{ENDING}", _starts_with),
    (rf"\b(?:end|finish)\b[^.\n]{{0,40}}?\bwith[:\s]+{ENDING}", _ends_with),
    (r"\bupper[\s-]?case\b|\ball caps\b|\bcapital letters\b", lambda text, _: text.upper()),
    (r"\blower[\s-]?case\b", lambda text, _: text.lower()),
)
