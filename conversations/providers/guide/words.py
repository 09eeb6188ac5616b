"""Words of a text, in a form that can be compared."""

import re

from conversations.providers.guide.tokens import WIDE

WORD = re.compile(rf"[{WIDE}]+|[^\W_]+")
# Words that a question has and its answer need not have.
_COMMON = """
    a about all am an and any are as at be been but by can could did do does for from get give
    had has have he her how i if in into is it its let like make me mine my of on one or our
    please she show so some tell than that the their them then there these they this to us use
    want was we what when where which who why will with work would you your
"""
COMMON = frozenset(_COMMON.split())
COMMON_SIGNS = re.compile("怎么样?|怎样|如何|什么|哪里|为什么|可以|[的了是在我你他她它吗呢请]")


def words(text: str) -> list[str]:
    """The words of `text` in lower case, without their endings and without the common ones.

    Chinese, Japanese and Korean have no spaces: there every two neighbouring signs are a word.
    """
    found: list[str] = []
    for word in WORD.findall(text.casefold()):
        if re.match(f"[{WIDE}]", word):
            found.extend(_pairs(word))
        elif word not in COMMON:
            found.append(_stem(word))
    return found


def _pairs(signs: str) -> list[str]:
    runs = filter(None, COMMON_SIGNS.split(signs))
    return [run[at : at + 2] for run in runs for at in range(max(1, len(run) - 1))]


def _stem(word: str) -> str:
    """`word` without the endings that most often hide that two words are one."""
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word.removesuffix(ending).removesuffix("e")
    return word.removesuffix("e") if len(word) > 4 else word
