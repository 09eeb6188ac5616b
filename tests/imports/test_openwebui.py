"""Open WebUI's export: several models' answers, thoughts in the text, files."""

import json
from pathlib import Path

import pytest

from conversations.protocol.imports import formats
from conversations.protocol.imports.chat import Chat
from conversations.protocol.items import output_text

HERE = Path(__file__).parent


@pytest.fixture
def chat() -> Chat:
    (document,) = json.loads((HERE / "openwebui.json").read_text())
    return formats.read(document)


def test_the_tree_is_intact(chat: Chat) -> None:
    shape = {one.key: (one.previous, one.retry_of, one.model) for one in chat.answers}
    assert shape == {
        "a1": (None, None, "llama3:8b"),
        "a2": (None, "a1", "qwen2"),
        "a3": ("a2", None, "qwen2"),
    }
    assert chat.selected == "a3"
    assert chat.created_at == 1720000000


def test_thoughts_become_an_item_and_the_text_is_clean(chat: Chat) -> None:
    output = chat.answers[1].output
    assert [item["type"] for item in output] == ["reasoning", "message"]
    assert output[0]["summary"][0]["text"] == "A square, I think."
    assert output_text(output) == "Use `code`:\n\n```js\nfold();\n```"
    assert output[1]["content"][0]["annotations"][0]["url"] == "https://paper.example/"


def test_pictures_come_along_and_other_files_are_named(chat: Chat) -> None:
    content = chat.answers[0].input[0]["content"]
    assert [part["type"] for part in content] == ["input_text", "input_image"]
    assert content[0]["text"] == "How do I fold a crane?\n\n[crane.pdf]"
    assert chat.left["files"] == 1


def test_an_answer_that_failed_has_failed_here_as_well(chat: Chat) -> None:
    failed = chat.answers[2]
    assert (failed.status, failed.more["error"]["message"]) == ("failed", "Model overloaded")


def test_instructions_are_not_taken(chat: Chat) -> None:
    assert "secret" not in json.dumps([(one.input, one.output) for one in chat.answers])


@pytest.mark.parametrize(
    "text",
    [
        '<details type="reasoning">' * 50_000,
        '<details type="reasoning" ' * 50_000,
        '<details type="reasoning">' + "<summary>" * 200_000 + "</details>",
    ],
)
def test_what_begins_often_and_never_ends_is_read_in_one_go(text: str) -> None:
    message = {"id": "a", "role": "assistant", "content": text}
    answers = formats.read({"history": {"messages": {"a": message}}}).answers
    assert len(answers) == 1


def test_tags_come_along(chat: Chat) -> None:
    assert chat.tags == ["paper folding", "crafts"]
