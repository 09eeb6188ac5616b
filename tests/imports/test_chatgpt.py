"""A real export's shape, written by hand: it arrives with its tree intact."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conversations.protocol.imports import formats
from conversations.protocol.imports.chat import FILE, Answer, Chat, Unreadable
from conversations.protocol.items import input_text, output_text

HERE = Path(__file__).parent


@pytest.fixture
def chat() -> Chat:
    (document,) = json.loads((HERE / "chatgpt.json").read_text())
    return formats.read(document)


def by_key(chat: Chat) -> dict[str, Answer]:
    return {answer.key: answer for answer in chat.answers}


def test_the_tree_is_intact(chat: Chat) -> None:
    shape = {one.key: (one.previous, one.retry_of) for one in chat.answers}
    assert shape == {
        "answer": (None, None),
        "answer-again": (None, "answer"),
        "said": ("answer", None),
        "edit-answer": ("answer", None),
    }
    assert chat.selected == "edit-answer"
    assert [one.model for one in chat.answers] == ["gpt-4o", "o3", "gpt-4o", "o1"]


def test_it_keeps_its_name_dates_and_id(chat: Chat) -> None:
    assert (chat.source, chat.source_id) == ("chatgpt", "6666a1b2-0000-8000-9000-aaaaaaaaaaaa")
    assert (chat.title, chat.created_at) == ("灯塔 & puffins", 1718000000.123456)
    assert by_key(chat)["answer"].created_at == 1718000001.0
    assert by_key(chat)["answer"].completed_at == 1718000005.0


def test_a_picture_is_named_where_it_stood(chat: Chat) -> None:
    (message,) = by_key(chat)["answer"].input
    assert message["content"][0] == {"type": "input_image", FILE: "file-Abc123"}
    assert input_text([message]) == "What bird is this?\n\n[notes.pdf]"


def test_citations_become_links_and_sources(chat: Chat) -> None:
    (message,) = by_key(chat)["answer"].output
    (part,) = message["content"]
    assert part["text"] == "A **puffin** ([birds.example](https://birds.example/puffin))."
    (page,) = part["annotations"]
    assert page["url"] == "https://birds.example/puffin"
    shown = part["text"][page["start_index"] : page["end_index"]]
    assert shown == "([birds.example](https://birds.example/puffin))"


def test_thoughts_code_and_what_it_wrote_are_one_answer(chat: Chat) -> None:
    output = by_key(chat)["said"].output
    assert [item["type"] for item in output] == [
        "reasoning",
        "code_interpreter_call",
        "image_generation_call",
        "message",
    ]
    assert output[0]["summary"][0]["text"] == "**Multiplying**\n\nSix sevens."
    assert output[1]["code"] == "print(6 * 7)"
    assert output[1]["outputs"] == [{"type": "logs", "logs": "42\n"}]
    assert output[2][FILE] == "file_00000000abc"
    assert "```python" in output_text(output)


def test_instructions_are_not_taken_but_counted(chat: Chat) -> None:
    assert "secret" not in json.dumps([(one.input, one.output) for one in chat.answers])
    assert (chat.left["instructions"], chat.left["files"]) == (1, 1)


@pytest.mark.parametrize("mapping", [{}, {"a": None}, {"a": {"message": 3, "parent": "a"}}])
def test_what_has_no_messages_is_refused(mapping: dict[str, Any]) -> None:
    with pytest.raises(Unreadable, match="empty"):
        formats.read({"title": "Nothing", "mapping": mapping})


def node(key: str, parent: str | None, role: str, text: str) -> dict[str, Any]:
    content = {"content_type": "text", "parts": [text]}
    message = {"author": {"role": role}, "content": content, "recipient": "all"}
    return {"id": key, "parent": parent, "message": message, "children": []}


@st.composite
def trees(draw: st.DrawFn) -> dict[str, dict[str, Any]]:
    """Trees of messages, each below one that came before it."""
    nodes: dict[str, dict[str, Any]] = {}
    for number in range(draw(st.integers(1, 25))):
        parent = draw(st.sampled_from([None, *nodes]))
        role = draw(st.sampled_from(["user", "assistant", "system", "tool"]))
        key = f"n{number}"
        nodes[key] = node(key, parent, role, draw(st.sampled_from(["", f"text {number}"])))
        if parent is not None and draw(st.booleans()):
            nodes[parent]["children"].append(key)
    return nodes


@given(trees(), st.integers(0, 30))
def test_whatever_the_tree_every_message_arrives_once_at_least_and_in_order(
    nodes: dict[str, dict[str, Any]], current: int
) -> None:
    said = {
        one["message"]["content"]["parts"][0]
        for one in nodes.values()
        if one["message"]["author"]["role"] in ("user", "assistant")
    } - {""}
    try:
        chat = formats.read({"mapping": nodes, "current_node": f"n{current}"})
    except Unreadable:
        assert not said
        return
    answers = by_key(chat)
    for place, answer in enumerate(chat.answers):
        assert answer.previous is None or answer.previous in list(answers)[:place]
        original = answers.get(answer.retry_of or "")
        if original:
            assert (original.previous, original.retry_of) == (answer.previous, None)
            assert original.input == answer.input
    texts = json.dumps([(one.input, one.output) for one in chat.answers])
    assert all(f'"{text}"' in texts for text in said)
    assert chat.selected is None or chat.selected in answers


ANYTHING = st.recursive(
    st.sampled_from([None, True, -1, 1e300, "", "a", "user", "assistant", "text"]),
    lambda below: (
        st.lists(below, max_size=2)
        | st.dictionaries(
            st.sampled_from(["role", "parts", "text", "content_type"]), below, max_size=2
        )
    ),
    max_leaves=4,
)
MESSAGES = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(["author", "content", "metadata", "recipient"], ANYTHING)
)
NODES = st.fixed_dictionaries(
    {}, optional={"message": MESSAGES | ANYTHING, "parent": ANYTHING, "children": ANYTHING}
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from("ab"), NODES | ANYTHING, max_size=2))
def test_whatever_stands_in_it_it_is_read_or_refused(mapping: dict[str, Any]) -> None:
    with suppress(Unreadable):
        formats.read({"mapping": mapping})


def test_a_chain_of_a_thousand_questions_is_no_matter_of_depth() -> None:
    nodes = {}
    for number in range(1000):
        role = "assistant" if number % 2 else "user"
        before = f"n{number - 1}" if number else None
        nodes[f"n{number}"] = node(f"n{number}", before, role, f"text {number}")
    assert len(formats.read({"mapping": nodes}).answers) == 500


def test_a_tree_that_multiplies_is_refused() -> None:
    nodes = {"n0": node("n0", None, "user", "q")}
    for number in range(1, 2000):
        nodes[f"n{number}"] = node(f"n{number}", f"n{number - 1}", "assistant", "a")
        nodes[f"s{number}"] = node(f"s{number}", f"n{number - 1}", "assistant", "a")
    with pytest.raises(Unreadable, match="too_many"):
        formats.read({"mapping": nodes})


def test_what_is_cited_is_cited_once_however_many_texts_there_are() -> None:
    asked = node("a", None, "user", "Where?")
    answer = node("b", "a", "assistant", "")
    answer["message"]["content"] = {"content_type": "text", "parts": ["One."] * 2_000}
    pages = [{"matched_text": str(at), "url": f"https://birds.example/{at}"} for at in range(2_000)]
    answer["message"]["metadata"] = {"content_references": pages}
    chat = formats.read({"mapping": {"a": asked, "b": answer}})
    parts = chat.answers[0].output[0]["content"]
    assert len(parts) == 2_000
    assert sum(len(part["annotations"]) for part in parts) == 2_000


def test_a_long_question_with_many_answers_is_refused() -> None:
    mapping = {"0": node("0", None, "user", "And?")}
    for at in range(1, 1_000):
        mapping[f"{at}"] = node(f"{at}", f"{at - 1}", "user", "And?")
    for at in range(1_000):
        mapping[f"answer {at}"] = node(f"answer {at}", "999", "assistant", "So.")
    with pytest.raises(Unreadable, match="too_many"):
        formats.read({"mapping": mapping})
