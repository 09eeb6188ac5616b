"""Questions about the conversation itself, answered from its own items."""

import re
from collections.abc import Callable

from conversations.protocol.notes import HEADING
from conversations.providers.guide.ask import Ask, text_of
from conversations.providers.guide.signs import APOSTROPHE, COMMAS, FULL_STOPS

NAME = rf"[^\W\d_][\w'{APOSTROPHE}-]*"
MY_NAME = re.compile(
    rf"\b(?:my name is|my name's|call me)\s+({NAME}(?:\s+(?-i:[A-Z]){NAME})?)"
    rf"|(?:我叫|我的名字是)\s*([^\s,.!?{FULL_STOPS}{COMMAS}什么]{{1,12}})",
    re.I,
)
KNOWN_NAME = re.compile(rf"\bname is ({NAME})|名字(?:是|叫)\s*(\S{{1,12}})", re.I)
REMEMBER = re.compile(rf"\bremember(?: that)?[:,]?\s+(.+)|请?记住[:,{COMMAS}]?\s*(.+)", re.I)


def from_memory(ask: Ask) -> str | None:
    """The answer to a question about the conversation, or None when it isn't one."""
    for pattern, answer in QUESTIONS:
        if re.search(pattern, ask.question, re.I):
            return answer(ask)
    return None


def name_in(ask: Ask) -> str | None:
    """What the person last said that their name is."""
    names = [match for question in ask.questions for match in MY_NAME.finditer(question)]
    return next((match[1] or match[2] for match in reversed(names)), None)


def known_of(ask: Ask) -> list[str]:
    """What the app remembers of the person from earlier conversations, and sent along."""
    _, _, notes = ask.instructions.partition(HEADING)
    lines = notes.strip().split("\n\n", 1)[0].splitlines()
    return [line.removeprefix("- ") for line in lines if line.startswith("- ")]


def _name(ask: Ask) -> str:
    known = (match[1] or match[2] for match in map(KNOWN_NAME.search, known_of(ask)) if match)
    name = name_in(ask) or next(known, None)
    return (
        f"Your name is {name}." if name else "You have not told me your name in this conversation."
    )


def _greet_by_name(ask: Ask) -> str:
    return (
        f"Nice to meet you, {name_in(ask)}. I remember it for the rest of this conversation: "
        "ask me “What is my name?”."
    )


def _first_question(ask: Ask) -> str:
    earlier = ask.questions[:-1]
    if not earlier:
        return "This is the first thing you have asked in this conversation."
    return f"You first asked:\n\n{quoted(earlier[0])}"


def _last_question(ask: Ask) -> str:
    earlier = ask.questions[:-1]
    if not earlier:
        return "You have asked nothing before this in this conversation."
    return f"Before this, you asked:\n\n{quoted(earlier[-1])}"


def _last_answer(ask: Ask) -> str:
    answers = [text_of(item) for item in ask.items if item.get("role") == "assistant"]
    if not answers:
        return "I have said nothing yet in this conversation."
    return f"I said:\n\n{quoted(answers[-1])}"


def _everything(ask: Ask) -> str:
    facts = [f"Your name is {name}."] if (name := name_in(ask)) else []
    facts += [
        f"You asked me to remember: {(match[1] or match[2]).strip()}"
        for match in map(REMEMBER.search, ask.questions[:-1])
        if match
    ]
    asked = len(ask.questions) - 1
    facts.append(f"You have said {asked} {'thing' if asked == 1 else 'things'} before this.")
    said = "From this conversation I remember:\n\n" + "\n".join(f"- {fact}" for fact in facts)
    if known := "\n".join(f"- {note}" for note in known_of(ask)):
        said += f"\n\nFrom earlier conversations I know:\n\n{known}"
    return said


def _noted(ask: Ask) -> str:
    match = REMEMBER.search(ask.question)
    fact = (match[1] or match[2]).strip() if match else ask.question
    return f"Noted for this conversation:\n\n{quoted(fact)}"


def _instructions(ask: Ask) -> str:
    if not ask.instructions:
        return "This request came without instructions."
    return f"My instructions for this answer are:\n\n{quoted(ask.instructions)}"


def quoted(text: str) -> str:
    """`text` as a quotation in Markdown."""
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines() or [""])


QUESTIONS: tuple[tuple[str, Callable[[Ask], str]], ...] = (
    (r"\bwhat(?:'s| is| was)? my name\b|\bwho am i\b|我叫什么|我的名字是什么|我是谁", _name),
    (
        r"\bwhat (?:did|have) i (?:ask|say|write)(?:ed)?\b.*\bfirst\b|我.*(?:首先|最先|第一).*问",
        _first_question,
    ),
    (r"\bmy first (?:question|message)\b", _first_question),
    (
        r"\bwhat did i (?:just )?(?:ask|say|write)\b|\bmy (?:last|previous) (?:question|message)\b",
        _last_question,
    ),
    (r"\bwhat did you (?:just )?say\b|\byour (?:last|previous) answer\b", _last_answer),
    (r"\bwhat do you (?:remember|know about me)\b|你记得什么|你还记得", _everything),
    (r"\b(?:what are|repeat|show|quote) (?:me )?your instructions\b|你的指令", _instructions),
    (MY_NAME.pattern, _greet_by_name),
    (r"^\s*(?:please )?remember\b|^\s*请?记住", _noted),
)
