"""`try: …`: words that make every state of an answer visible. docs/guide.md explains each."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from conversations.protocol.items import Item
from conversations.providers.guide.ask import Ask
from conversations.providers.guide.failures import (
    Refused,
    key_refused,
    quota_exceeded,
    rate_limited,
    too_long,
)
from conversations.providers.guide.functions import call
from conversations.providers.guide.reply import Ending, Reply
from conversations.providers.guide.samples_of_items import SAMPLES as ITEMS
from conversations.providers.guide.samples_of_items import TYPES, asking, cited
from conversations.providers.guide.showcase import MARKDOWN, SAMPLES, SPELLINGS, samples
from conversations.providers.guide.tokens import pieces

COMMAND = re.compile(r"\s*try:\s*(.*)", re.I | re.S)
SLOW_MILLISECONDS = 250
LONG_DELTAS = 1000
MOST_DELTAS = 100_000
NOT_SET_BY_ANYBODY = {"input", "model", "previous_response_id", "store", "stream"}
REASONING = (
    "**Reading the request**\n\nThe message asks to see some reasoning, so here is a summary of it "
    "before the answer.\n\n**Choosing an answer**\n\nThere is no model behind this; the words were "
    "written by a person, and they are shown as a model's own would be."
)
REFUSAL = "I'm sorry, but I can't help with that. (You asked the guide to refuse.)"

ENDINGS = {
    "fail": Ending.FAILED,
    "error": Ending.ERROR,
    "cut": Ending.CUT,
    "stall": Ending.STALLED,
    "silent": Ending.SILENT,
    "incomplete": Ending.MAX_OUTPUT_TOKENS,
    "filter": Ending.CONTENT_FILTER,
}
REFUSALS: dict[str, Callable[[], Refused]] = {
    "limit": rate_limited,
    "quota": quota_exceeded,
    "key": key_refused,
    "full": too_long,
}
EVERYTHING = "items"
CITING = {"sources", EVERYTHING}
ASKING_FOR_LEAVE = {"approval", EVERYTHING}
OTHERS = (
    *("slow", "fast", "long", "reason", "refuse", "tool"),
    *("parameters", "sources", "approval", EVERYTHING),
)
WORDS = (*SAMPLES, *OTHERS, *ENDINGS, *REFUSALS, *TYPES)
WITH_NUMBER = ("slow", "long", "approval")


@dataclass(frozen=True)
class Command:
    """The words of one command, each with its number or None."""

    words: dict[str, int | None]
    unknown: list[str]


def command_in(question: str) -> Command | None:
    """The command that a message is, or None."""
    match = COMMAND.match(question)
    if match is None:
        return None
    known: dict[str, int | None] = {}
    unknown, last = [], ""
    for word in re.findall(r"[^\s,;+]+", match[1].lower()):
        word = SPELLINGS.get(word, word)
        if word.isdecimal() and last in WITH_NUMBER:
            known[last] = int(word)
        elif word in WORDS:
            known[word] = None
        elif word != "and":
            unknown.append(word)
        last = word
    return Command(known, unknown)


def refusal_of(command: Command) -> Refused | None:
    """The HTTP error that a command asks for."""
    return next((make() for word, make in REFUSALS.items() if word in command.words), None)


def reply_to_command(command: Command, ask: Ask) -> Reply:
    """What a command makes visible; one with an unknown word gets the list of the words."""
    if command.unknown or not command.words:
        return Reply(_listing(command.unknown))
    asked = command.words
    ending = next((end for word, end in ENDINGS.items() if word in asked), Ending.COMPLETED)
    text, annotations = _cited(asked, ask) if CITING & asked.keys() else (_text(asked, ask), [])
    long = "long" in asked
    # An answer that does not end well ends in the middle; in the background it can't be cut.
    is_whole = ending is Ending.COMPLETED or (ending is Ending.CUT and ask.is_background)
    deltas = _numbers(asked["long"] or LONG_DELTAS) if long else pieces(text)
    return Reply(
        text=text,
        deltas=deltas if is_whole else deltas[: len(deltas) // 2],
        reasoning=REASONING if "reason" in asked else "",
        items=_items(asked),
        annotations=annotations,
        asking=asking(_times(asked)) if ASKING_FOR_LEAVE & asked.keys() else [],
        refusal=REFUSAL if "refuse" in asked else "",
        calls=[call(ask.functions[0], ask.question)] if "tool" in asked and ask.functions else [],
        ending=ending,
        pause=_pause(asked),
    )


def _times(asked: dict[str, int | None]) -> int:
    times = asked.get("approval")
    return 1 if times is None else times


def _pause(asked: dict[str, int | None]) -> float | None:
    if "slow" in asked:
        milliseconds = asked["slow"]
        return (SLOW_MILLISECONDS if milliseconds is None else milliseconds) / 1000
    return 0.0 if "fast" in asked else None


def _cited(asked: dict[str, int | None], ask: Ask) -> tuple[str, list[dict[str, Any]]]:
    return cited(f"{_text(asked, ask)}\n" if asked.keys() & SAMPLES.keys() else "")


def _items(asked: dict[str, int | None]) -> list[Item]:
    return [item for item in ITEMS if EVERYTHING in asked or item["type"] in asked]


def _parameters(ask: Ask) -> str:
    """What the request set, as it arrived."""
    told = {name: ask.body[name] for name in sorted(ask.body) if name not in NOT_SET_BY_ANYBODY}
    if not told:
        return "This request came without any parameter of its own."
    written = json.dumps(told, indent=2, ensure_ascii=False)
    return f"The parameters of this request:\n\n```json\n{written}\n```"


def _text(asked: dict[str, int | None], ask: Ask) -> str:
    if "parameters" in asked:
        return _parameters(ask)
    shown = [word for word in asked if word in SAMPLES]
    if shown:
        return samples(shown)
    done = ", ".join(f"**{word}**" for word in asked)
    return f"You asked me to try: {done}.\n\n{MARKDOWN}"


def _numbers(number: int) -> list[str]:
    number = min(number, MOST_DELTAS)
    return [f"{n}{chr(10) if n % 20 == 0 else ' '}" for n in range(1, number + 1)]


def _listing(unknown: list[str]) -> str:
    known = "\n".join(f"- `try: {word}`" for word in WORDS)
    beginning = f"I don't know how to try {', '.join(f'“{word}”' for word in unknown)}. " * bool(
        unknown
    )
    return (
        f"{beginning}These are the words; they can be combined, as in `try: slow 200 reason table`:"
        f"\n\n{known}"
    )
