"""An estimate of tokens: four letters each, one for each Chinese, Japanese or Korean sign."""

import json
import re
from typing import Any

WIDE = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef"
TOKEN = re.compile(rf"\s*[{WIDE}]|\s?[^\s{WIDE}]{{1,4}}|\s+")
TOKENS_A_DELTA = 3


def tokens(text: str) -> list[str]:
    """`text` in tokens; joined, they are the text again."""
    return TOKEN.findall(text)


def count_tokens(value: Any) -> int:
    """How many tokens a text, or anything that is sent as JSON, has."""
    return len(tokens(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)))


def pieces(text: str) -> list[str]:
    """`text` in small deltas; joined, they are the text again."""
    parts = tokens(text)
    starts = range(0, len(parts), TOKENS_A_DELTA)
    return ["".join(parts[start : start + TOKENS_A_DELTA]) for start in starts]
