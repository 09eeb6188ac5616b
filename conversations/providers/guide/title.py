"""A title for a conversation: the app asks for one by an ordinary request."""

import re

from conversations.providers.guide.ask import Ask
from conversations.providers.guide.signs import BRACKETS, COMMAS, DASHES, FULL_STOPS, QUOTES
from conversations.providers.guide.tokens import WIDE

MOST_WORDS = 6
MOST_SIGNS = 16
ASKED = re.compile(r"\btitle\b|标题|題目", re.I)
CONVERSATION = re.compile(r"conversation|\bchat\b|message|对话|會話|会话", re.I)
SPEAKER = re.compile(r"^\s*(?:user|person|human|question|用户)\s*[:\uff1a]\s*", re.I)
OPENINGS = re.compile(
    r"^(?:(?:hello|hi|hey|please|thanks|so|ok|okay|well|now)[\s,.!]+|"
    r"(?:can|could|would|will) you (?:please )?|(?:tell|show|give) me (?:about |how )?|"
    r"i (?:want|would like|need) (?:you )?to |i'd like to |"
    rf"请问?|你好[,!{COMMAS}{FULL_STOPS}\s]*)+",
    re.I,
)
EDGES = f" \t\n.,;:!?…_*#`>()[]{{}}{DASHES}{QUOTES}{COMMAS}{FULL_STOPS}{BRACKETS}"


def is_title_wanted(ask: Ask) -> bool:
    """Whether the instructions ask for the title of a conversation."""
    instructions = str(ask.body.get("instructions") or "")
    return bool(ASKED.search(instructions) and CONVERSATION.search(instructions))


def title_of(text: str) -> str:
    """At most six words of `text` (sixteen signs of Chinese), without punctuation at the ends."""
    text = re.sub(r"```.*?(```|$)", " ", text, flags=re.S) if not text.startswith("```") else text
    line = next((line for line in text.splitlines() if line.strip(EDGES)), "")
    line = SPEAKER.sub("", line).strip(EDGES)
    line = OPENINGS.sub("", line).strip(EDGES) or line
    title = _first_signs(line) if re.search(f"[{WIDE}]", line) else _first_words(line)
    return title[:1].upper() + title[1:] or "New conversation"


def _first_words(line: str) -> str:
    clause = re.split(r"[.!?]\s", line)[0]
    return " ".join(clause.split()[:MOST_WORDS]).strip(EDGES)


def _first_signs(line: str) -> str:
    clause = next(filter(None, re.split(rf"[{COMMAS}{FULL_STOPS},;!?\s]", line)), line)
    return (clause if len(clause) >= 4 else line)[:MOST_SIGNS].strip(EDGES)
