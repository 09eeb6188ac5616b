"""The keys that browsers, systems and writing need: no shortcut is given one of them.

static/chat/models/shortcut-choice.js says so where they are chosen; tests/js/free-keys.json, of
which both are tested, holds the two together.
"""

import re


def _with(held: str, codes: str) -> set[str]:
    return {held + code for code in codes.split()}


def _letters(held: str, letters: str) -> set[str]:
    return {f"{held}Key{letter}" for letter in letters}


_BROWSERS = frozenset(
    _letters("mod+", "ACDFGHJLMNOPQRSTUVWXYZ")
    | _letters("mod+shift+", "ABDGHIJNPQRTVWZ")
    | _letters("mod+alt+", "CFHIJLRSU")
    | {f"mod+Digit{number}" for number in range(10)}
    | _with(
        "mod+", "Comma BracketLeft BracketRight Backquote Backspace Delete Escape F4 Minus Equal"
    )
    | _with("mod+shift+", "Backquote Delete Escape Minus Equal")
    | _with("mod+", "ArrowUp ArrowDown")
    | _with("mod+shift+", "ArrowUp ArrowDown")
    | _with("mod+alt+", "ArrowUp ArrowDown Escape Delete")
    | _with("alt+", "F4 F8")
)
# Whatever is held with them.
_NEVER = re.compile(
    r"(.*\+)?(Tab|(?<!mod\+alt\+)Enter|NumpadEnter|Space|F1|F3|F5|F6|F7|F10|F11|F12|Home|End"
    r"|Page(Up|Down)|Arrow(Left|Right)|Insert|ContextMenu|PrintScreen|Pause|\w*Lock|Lang\d"
    r"|Convert|NonConvert|KanaMode)"
)
# Without Mod only what gives no sign where one writes.
_GIVES_NO_SIGN = re.compile(r"(alt\+)?(shift\+)?F\d+|shift\+Escape|alt\+(shift\+)?Arrow(Up|Down)")


def is_reserved(key: str) -> bool:
    """Whether a key, such as ``mod+shift+KeyO``, can be no shortcut's."""
    if key in _BROWSERS or _NEVER.fullmatch(key):
        return True
    return not key.startswith("mod+") and not _GIVES_NO_SIGN.fullmatch(key)
