"""How much of the context a message will take, before it is sent: an estimate, and called one.

A letter is a quarter of a token; a Chinese, Japanese or Korean sign is one. What the last answer
reported counts for more than any estimate: all that was before it is in its usage.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from conversations.protocol.chain import Step
from conversations.protocol.files import MAX_TEXT_SENT
from conversations.protocol.items import Item

WIDE = re.compile(
    "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]"
)
# "This model's maximum context length is 4,097 tokens", "exceeds the max_model_len of 8192",
# "exceeds the maximum number of tokens allowed (1048576)"
WINDOW = re.compile(
    r"(?:context.?(?:length|window|size)|max_model_len|n_ctx|maximum prompt length"
    r"|maximum number of tokens allowed)[^\d.!?]{0,40}(\d[\d,]{2,9})"
)
LETTERS_A_TOKEN = 4
TOKENS_A_MESSAGE = 4
TOKENS_A_MENTION = 20  # a file that is named
TOKENS_A_FILE = 1_000  # what an image or a page takes differs by model, and is said by its usage
USUAL_ANSWER = 400


def window_in(words: str) -> int | None:
    """The size of a context that a provider names when a message was too much for it."""
    match = WINDOW.search(words)
    return int(match[1].replace(",", "")) if match else None


def text_tokens(text: str) -> int:
    """About how many tokens a text has."""
    wide = len(WIDE.findall(text))
    return wide + -(-(len(text) - wide) // LETTERS_A_TOKEN)


def item_tokens(item: Item) -> int:
    """About how many tokens an item has; the bytes of files in it are no words."""
    content = item.get("content") or item.get("output")
    parts = content if isinstance(content, list) else [content or _bare(item)]
    return TOKENS_A_MESSAGE + sum(map(_part_tokens, parts))


def file_tokens(
    part: Mapping[str, Any], text: str, *, takes_images: bool, takes_files: bool
) -> int:
    """About how many tokens a file of ours takes: as a picture, as its pages, or as its `text`."""
    if part.get("type") == "input_image":
        return TOKENS_A_FILE if takes_images else TOKENS_A_MENTION
    words = TOKENS_A_MENTION + text_tokens(text[:MAX_TEXT_SENT])
    pages = part.get("pages")
    return max(words, pages * TOKENS_A_FILE) if takes_files and pages else words


def context_tokens(path: Sequence[Step], usages: Sequence[Any]) -> int:
    """About how many tokens the conversation takes that `path` is, root first.

    `usages` are what the provider reported of each: only what it has not is estimated.
    """
    tokens = 0
    for step, usage in zip(path, usages, strict=True):
        reported = _reported(usage)
        if step.is_compaction:
            tokens = sum(map(item_tokens, step.output))
        elif reported is not None:
            tokens = reported
        else:
            tokens += sum(map(item_tokens, (*step.input, *step.output)))
    return tokens


def answer_tokens(usages: Iterable[Any]) -> int:
    """How long the next answer may be: as the last ones were."""
    said = [usage["output_tokens"] for usage in usages if _reported(usage) is not None]
    return sum(said[-3:]) // len(said[-3:]) if said else USUAL_ANSWER


def _reported(usage: Any) -> int | None:
    """What the provider says was before the model in the end, its thoughts apart."""
    if not isinstance(usage, Mapping):
        return None
    given, said = usage.get("input_tokens"), usage.get("output_tokens")
    if not isinstance(given, int) or not isinstance(said, int) or not given:
        return None
    details = usage.get("output_tokens_details")
    thought = details.get("reasoning_tokens") if isinstance(details, Mapping) else 0
    return given + said - (thought if isinstance(thought, int) else 0)


def _part_tokens(part: Any) -> int:
    if isinstance(part, str):
        return text_tokens(part)
    if not isinstance(part, Mapping):
        return 0
    if part.get("type") in ("input_image", "input_file"):
        return TOKENS_A_FILE
    text = part.get("text")
    if isinstance(text, str):
        return text_tokens(text)
    return text_tokens(json.dumps(part, ensure_ascii=False, default=str))


def _bare(item: Item) -> Item:
    """Without what no model reads as words."""
    return {key: value for key, value in item.items() if key not in ("id", "status", "result")}
