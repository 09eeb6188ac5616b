"""JSON from strangers: what comes out can be stored, sent and parsed again everywhere.

Python's own parser takes more than the standard (`NaN`, numbers that become infinite) and
hands on what PostgreSQL or a browser later refuses (NUL, lone surrogates, bottomless nesting).
"""

import json
import math
import re
from typing import Any, NoReturn

MAX_DEPTH = 128

# Escaped NUL and surrogates. A pair of surrogates is fine, but only the parser can tell. It begins
# with what is looked for quickly: a picture is a text of many megabytes.
_SUSPECT = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")


class BadJSON(ValueError):
    """The text is no JSON that can be passed on."""


def loads(text: str | bytes) -> Any:
    """Parse one JSON document; bytes are UTF-8, broken sequences become U+FFFD.

    Raises BadJSON for anything outside RFC 8259, for numbers that no double holds,
    for integers beyond the interpreter's limit and for nesting beyond MAX_DEPTH.
    """
    if isinstance(text, bytes):
        text = text.decode("utf-8-sig", errors="replace")
    try:
        value = _DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        raise BadJSON(f"Not valid JSON: {error}") from error
    return _clean(value, MAX_DEPTH) if _needs_cleaning(text) else value


def dumps(value: Any) -> str:
    """Write JSON: compact, not escaped beyond need. Raises BadJSON for what JSON can't say."""
    try:
        return _ENCODER.encode(value)
    except (ValueError, TypeError, RecursionError) as error:
        raise BadJSON(f"Not expressible as JSON: {error}") from error


def clean(text: str) -> str:
    """The text without what PostgreSQL or a browser refuses."""
    return _LONE_SURROGATE.sub("\ufffd", text.replace("\0", ""))


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError("A number is too large")
    return number


# Made once: `json.loads` and `json.dumps` make theirs anew for every call that has options.
_DECODER = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_finite)
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _needs_cleaning(text: str) -> bool:
    # A delta has a bracket or two: only documents that could be too deep are walked for depth.
    if text.count("[") + text.count("{") > MAX_DEPTH:
        return True
    return _SUSPECT.search(text) is not None or not _is_encodable(text)


def _is_encodable(text: str) -> bool:
    """Whether it has no raw surrogate."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _clean(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return clean(value)
    if not isinstance(value, (dict, list)):
        return value
    if depth == 0:
        raise BadJSON("Not acceptable JSON: nested too deep")
    if isinstance(value, list):
        return [_clean(entry, depth - 1) for entry in value]
    return {_clean(key, 0): _clean(entry, depth - 1) for key, entry in value.items()}
