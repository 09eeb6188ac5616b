"""From a tree of messages, as other programs keep it, to a tree of questions with their answers.

There, what the model writes hangs below what a person wrote, one message a node, tools and thoughts
included. Here a node is a question with all that answered it. So a chain of the model's messages is
gathered into one answer; where one question has several, the later are retries of the first; where
one answer has several questions below it, they are siblings, as edits are.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from conversations.protocol.imports.chat import MAX_NODES, Answer, Chat, Unreadable, text_of
from conversations.protocol.items import Item
from conversations.protocol.jsontext import dumps

# Answers that have a beginning in common are stored with it each: of a hostile tree that is much.
MAX_ITEMS = 200_000
MAX_STORED = 64 * 1024 * 1024  # characters, of a question as often as it has answers


@dataclass(frozen=True)
class Message:
    """A node of the source. Without `items` it is only what others hang on.

    `is_question` when a person wrote it. `children` are in the order in which they came about.
    """

    key: str
    children: Sequence[str]
    is_question: bool = False
    items: Sequence[Item] = ()
    model: str = ""
    created_at: float | None = None
    status: str = "completed"
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class _Asked:
    """Where a walk stands: below which answer, with which question, and what has answered it."""

    previous: str | None
    question: tuple[Message, ...] = ()
    answer: tuple[Message, ...] = ()

    @property
    def key(self) -> str | None:
        last = (*self.question, *self.answer)[-1:]
        return last[0].key if last else None

    @property
    def asked_as(self) -> tuple[str | None, str]:
        """What two answers have in common that answer one question."""
        return self.previous, self.question[-1].key if self.question else ""


def chat_of(
    messages: dict[str, Message], roots: Iterable[str], current: Any, title: str, **facts: Any
) -> Chat:
    """The conversation that a tree of messages is, shown to `current`, with these `facts` of it.

    Unreadable when there is nothing of one in it.
    """
    try:
        answers = answers_of(messages, roots, facts["left"])
        if not answers:
            raise Unreadable("empty")
    except Unreadable as error:
        raise Unreadable(error.reason, title) from error
    selected = end_of(messages, text_of(current) or None, answers)
    return Chat(title=title, answers=answers, selected=selected, **facts)


def answers_of(
    messages: dict[str, Message], roots: Iterable[str], left: Counter[str]
) -> list[Answer]:
    """The answers of a tree, parents first; what can't be reached from `roots` is counted."""
    if len(messages) > MAX_NODES:
        raise Unreadable("too_many")
    made: dict[str, Answer] = {}
    first: dict[tuple[str | None, str], str] = {}
    seen: set[str] = set()
    budget = MAX_ITEMS
    waiting = [(root, _Asked(None)) for root in reversed(list(roots))]
    while waiting:
        key, at = waiting.pop()
        if key in seen:
            left["broken"] += 1
            continue
        seen.add(key)
        message = messages[key]
        at = _with(message, at, made, first)
        children = [child for child in message.children if child in messages]
        budget -= len(at.question) + len(at.answer)
        if budget < 0:
            raise Unreadable("too_many")
        if not children:
            _make(at, made, first)
        waiting += [(child, at) for child in reversed(children)]
    left["broken"] += sum(bool(messages[key].items) for key in messages.keys() - seen)
    answers, stored = list(made.values()), 0
    for length in _lengths(answers):
        stored += length
        if stored > MAX_STORED:
            raise Unreadable("too_large")
    return answers


def _lengths(answers: Iterable[Answer]) -> Iterator[int]:
    known: dict[int, int] = {}
    for answer in answers:
        for item in (*answer.input, *answer.output):
            if id(item) not in known:
                known[id(item)] = len(dumps(item))
            yield known[id(item)]


def end_of(
    messages: dict[str, Message], current: str | None, answers: Sequence[Answer]
) -> str | None:
    """The last answer of the branch that `current` is on; None for the newest."""
    known = {answer.key for answer in answers}
    seen: set[str] = set()
    at, found = current, None
    while at in messages and at not in seen:
        seen.add(at)
        found = at if at in known else found
        at = next((child for child in reversed(messages[at].children) if child in messages), None)
    if found is not None or current not in messages:
        return found
    # What is below shows nothing: the last that is shown is above.
    parents = {child: key for key, message in messages.items() for child in message.children}
    at, climbed = current, set[str]()
    while at is not None and at not in known and at not in climbed:
        climbed.add(at)
        at = parents.get(at)
    return at if at in known else None


def _with(
    message: Message,
    at: _Asked,
    made: dict[str, Answer],
    first: dict[tuple[str | None, str], str],
) -> _Asked:
    if not message.items:
        return at
    if not message.is_question:
        return _Asked(at.previous, at.question, (*at.answer, message))
    if at.answer:
        return _Asked(_make(at, made, first), (message,))
    return _Asked(at.previous, (*at.question, message))


def _make(
    at: _Asked, made: dict[str, Answer], first: dict[tuple[str | None, str], str]
) -> str | None:
    """The key of the answer that stands here, made if need be."""
    key = at.key
    if key is None or key in made:
        return key
    original = first.setdefault(at.asked_as, key)
    messages = (*at.question, *at.answer)
    last = messages[-1]
    made[key] = Answer(
        key=key,
        previous=at.previous,
        input=[item for message in at.question for item in message.items],
        output=list(_joined(at.answer)),
        retry_of=None if original == key else original,
        model=next((one.model for one in reversed(at.answer) if one.model), ""),
        status=last.status if at.answer else "incomplete",
        created_at=next((one.created_at for one in messages if one.created_at), None),
        completed_at=last.created_at if at.answer else None,
        more=last.more if at.answer else {"incomplete_details": {"reason": "interrupted"}},
    )
    return key


def _joined(messages: Iterable[Message]) -> Iterator[Item]:
    """Their items; what a tool gave back goes into the call that waits for it."""
    calls: list[Item] = []
    for message in messages:
        for item in message.items:
            kind = item.get("type")
            if kind == "code_interpreter_call":
                item = {**item, "outputs": []}
                calls.append(item)
            elif kind == "logs":
                if calls:
                    calls[-1]["outputs"].append(item)
                    continue
                item = _as_message(item)
            yield item


def _as_message(logs: Item) -> Item:
    text = f"```\n{logs['logs']}\n```"
    part = {"type": "output_text", "text": text, "annotations": []}
    return {"type": "message", "role": "assistant", "status": "completed", "content": [part]}
