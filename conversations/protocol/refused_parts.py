"""What a provider's words say of images and files that its model takes none of.

No code says so: these are the sentences of those that were seen.
"""

import re
from collections.abc import Mapping
from typing import Any

# "This model does not support image inputs.", "Invalid content type. image_url is only supported by
# certain models.", "No endpoints found that support image input", "'x' is not a multimodal model".
IMAGE = r"image|vision|multi-?modal"
TEXT_ALONE = r"|\bnot an? (?:multi-?modal|vision)"
FILE = r"input_file|file_data|files?\b|pdf|document"
NOT_TAKEN = (
    r"(?:(?:not|n't|never) (?:currently )?(?:support|accept|take|allow|process|handle|see|read)"
    r"|no endpoints found that support|at most 0 |unsupported |invalid value: .?)"
    r"[^.\n]{{0,40}}(?:{part})"
    r"|(?:{part})[^.\n]{{0,60}}(?:is|are|was|were)? ?"
    r"(?:not (?:supported|accepted|allowed|available)|only supported by|unsupported|disabled)"
)
PART_NOT_TAKEN = {
    "input_image": re.compile(NOT_TAKEN.format(part=IMAGE) + TEXT_ALONE, re.I),
    "input_file": re.compile(NOT_TAKEN.format(part=FILE), re.I),
}
# It is this one that is not taken, whatever the model takes else.
OF_THIS_ONE = re.compile(
    r"format|too (?:large|big|many)|\bsize\b|corrupt|damaged|pars(?:e|ing)|mime|media.?type"
    r"|file.?(?:type|ending|extension)|pages|password|pixels|valid image|upload|download"
    r"|generation|\btools?\b",
    re.I,
)


def refused_part(words: str) -> str | None:
    """The type of part that a provider says its model takes none of; None where it says no such
    thing, or means only this one.
    """
    if OF_THIS_ONE.search(words):
        return None
    return next((kind for kind, said in PART_NOT_TAKEN.items() if said.search(words)), None)


def has_part(items: Any, kind: str) -> bool:
    """Whether a part of this type is in the input of a request."""
    found = [item for item in items or () if isinstance(item, Mapping)]
    contents = [item.get("content") or item.get("output") for item in found]
    parts = [part for content in contents if isinstance(content, list) for part in content]
    return any(isinstance(part, Mapping) and part.get("type") == kind for part in parts)
