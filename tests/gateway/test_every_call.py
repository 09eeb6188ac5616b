"""Every call that the official SDK has for what is served here, made in its strict mode."""

from collections.abc import Iterator
from typing import Any

import pytest
from openai import APIStatusError, NotFoundError, OpenAI
from pydantic import BaseModel

SERVED = ("conversations", "files", "models", "responses")
ASKED: dict[str, Any] = {"model": "guide", "input": "Hello"}


class Answer(BaseModel):
    """What an answer has to fit."""

    city: str


class Recorded:
    """The client, or a resource of it, that notes which of its calls are made."""

    def __init__(self, inner: Any, made: set[str], name: str = "") -> None:
        self._inner, self._made, self._name = inner, made, name

    def __getattr__(self, name: str) -> Any:
        found, path = getattr(self._inner, name), f"{self._name}.{name}".lstrip(".")
        if not callable(found):
            return Recorded(found, self._made, path)
        self._made.add(path)
        return found


@pytest.fixture
def made() -> set[str]:
    return set()


@pytest.fixture
def recorded(client: OpenAI, made: set[str]) -> Any:
    return Recorded(client, made)


def calls_of(resource: Any, path: str) -> Iterator[str]:
    """The public calls of a resource, and of those in it."""
    for name in dir(resource):
        if name.startswith(("_", "with_")):
            continue
        found = getattr(resource, name)
        if callable(found):
            yield f"{path}.{name}"
        else:
            yield from calls_of(found, f"{path}.{name}")


def test_no_call_is_left_out(client: OpenAI, recorded: Any, made: set[str]) -> None:
    for converse in (models, files, responses, conversations):
        converse(recorded)
    known = {call for name in SERVED for call in calls_of(getattr(client, name), name)}
    assert known - made == set()


def models(client: Any) -> None:
    assert client.models.list().data[0].id == "guide"
    assert client.models.retrieve("guide").owned_by
    with pytest.raises(APIStatusError, match="Not allowed here"):
        client.models.delete("guide")


def files(client: Any) -> None:
    file = client.files.create(file=("note.txt", b"The door is green."), purpose="user_data")
    assert client.files.wait_for_processing(file.id).status == "processed"
    assert client.files.retrieve(file.id).filename == "note.txt"
    assert file.id in [each.id for each in client.files.list()]
    assert client.files.content(file.id).read() == b"The door is green."
    with pytest.warns(DeprecationWarning, match="content"):
        assert client.files.retrieve_content(file.id) == "The door is green."
    assert client.files.delete(file.id).deleted


def responses(client: Any) -> None:
    first = client.responses.create(**ASKED)
    assert client.responses.retrieve(first.id).output_text == first.output_text
    assert [item.type for item in client.responses.input_items.list(first.id)] == ["message"]
    assert client.responses.input_tokens.count(**ASKED).input_tokens > 0
    assert client.responses.compact(**ASKED).output[0].type == "compaction"
    parsed = client.responses.parse(model="guide", input="Paris", text_format=Answer)
    assert isinstance(parsed.output_parsed, Answer)
    with client.responses.stream(**ASKED) as stream:
        last = stream.get_final_response()
    assert last.status == "completed"
    running = client.responses.create(
        model="guide", input="try: slow 200 long 1000", background=True
    )
    assert client.responses.cancel(running.id).status == "cancelled"
    with client.responses.connect() as connection:
        connection.response.create(**ASKED)
        kinds = [event.type for event in until_end(connection)]
    assert kinds[-1] == "response.completed"
    client.responses.delete(first.id)
    with pytest.raises(NotFoundError):
        client.responses.retrieve(first.id)


def until_end(events: Any) -> Iterator[Any]:
    for event in events:
        yield event
        if event.type == "response.completed":
            return


def conversations(client: Any) -> None:
    said: Any = {"type": "message", "role": "user", "content": "My name is Grace"}
    begun = client.conversations.create(items=[said], metadata={"topic": "names"})
    assert client.conversations.retrieve(begun.id).metadata == {"topic": "names"}
    changed = client.conversations.update(begun.id, metadata={"topic": "people"})
    assert changed.metadata == {"topic": "people"}
    added = client.conversations.items.create(begun.id, items=[{**said, "content": "I am 85"}])
    answer = client.responses.create(model="guide", input="What is my name?", conversation=begun.id)
    assert "Grace" in answer.output_text
    assert answer.conversation.id == begun.id
    listed = [item.id for item in client.conversations.items.list(begun.id, order="asc")]
    assert added.data[0].id in listed
    assert answer.output[0].id in listed
    one = client.conversations.items.retrieve(added.data[0].id, conversation_id=begun.id)
    assert one.type == "message"
    client.conversations.items.delete(one.id, conversation_id=begun.id)
    assert client.conversations.delete(begun.id).deleted
    with pytest.raises(NotFoundError):
        client.conversations.retrieve(begun.id)
