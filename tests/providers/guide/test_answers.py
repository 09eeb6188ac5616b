"""What the guide says."""

from pathlib import Path

import pytest

from conversations.protocol import compaction
from conversations.providers.guide.documentation import Section, documentation, sections
from conversations.providers.guide.search import Index
from conversations.providers.guide.words import words
from tests.providers.guide.asking_the_guide import ask, guide, said


@pytest.mark.parametrize("greeting", ["Hello", "hi!", "你好", "What can you do?", "help", " "])
async def test_a_greeting_is_answered_with_what_the_guide_is_and_can(greeting: str) -> None:
    text = await said(greeting)
    assert "No model is connected" in text
    assert "try:" in text


async def test_a_question_about_the_app_is_answered_from_its_documentation() -> None:
    text = await said("What are the words after try?")
    assert "No model is connected" in text
    assert "From **The words after `try:`** in `docs/guide.md`" in text
    assert "> | `slow` or `slow 200` |" in text


@pytest.mark.parametrize(
    "question",
    ["What is the capital of France?", "Why is the sky blue?", "法国的首都是哪里", "asdf"],
)
async def test_what_the_documentation_does_not_know_the_guide_does_not_invent(
    question: str,
) -> None:
    text = await said(question)
    assert text.startswith("I found nothing about that in the documentation.")
    assert "You can ask me" in text


def test_every_section_of_the_documentation_can_be_found_by_its_title() -> None:
    index = Index(documentation())
    for section in documentation():
        if words(section.title):
            assert section.title in [found.title for found in index.best(section.title)]


def test_chinese_is_found_by_pairs_of_signs() -> None:
    index = Index(
        [
            Section("a.md", "安装", "先安装依赖。然后启动服务器。"),
            Section("a.md", "备份", "每天备份数据库。"),
        ]
    )
    assert [found.title for found in index.best("怎样备份数据库")] == ["备份"]


def test_a_text_is_split_at_its_headings_but_not_inside_code() -> None:
    markdown = "Before\n# One\ntext\n```sh\n# no heading\n```\n## Two\n\n## Three ##\nmore\n"
    assert sections("x.md", markdown) == [
        Section("x.md", "x.md", "Before"),
        Section("x.md", "One", "text\n```sh\n# no heading\n```"),
        Section("x.md", "Three", "more"),
    ]


@pytest.mark.parametrize(
    ("question", "sign"),
    [
        ("show me markdown", "~~struck out~~"),
        ("Show me some code, please", "```python"),
        ("a table", "| Mercury |"),
        ("some maths", "\\int_"),
        ("show me a table and some code", "```python"),
        ("Can you write a code block?", "```python"),
    ],
)
async def test_samples_are_shown_when_asked_for(question: str, sign: str) -> None:
    assert sign in await said(question)


async def test_a_question_that_merely_mentions_code_gets_no_sample() -> None:
    assert "sieve" not in await said("Who wrote the code of conduct and where is the table of it?")


async def test_memory_goes_along_the_chain() -> None:
    client = guide()
    first = await ask(client, "My name is Ada Lovelace.")
    second = await ask(client, "Remember that I like tea", previous_response_id=first["id"])
    previous = second["id"]
    assert await said("What is my name?", client, previous_response_id=previous) == (
        "Your name is Ada Lovelace."
    )
    assert "> My name is Ada Lovelace." in await said(
        "What did I ask first?", client, previous_response_id=previous
    )
    remembered = await said("What do you remember?", client, previous_response_id=previous)
    assert "I like tea" in remembered
    assert "Ada" in remembered


async def test_memory_comes_as_well_from_a_replayed_conversation() -> None:
    replayed = [
        {"role": "user", "content": "my name is Grace"},
        {"role": "assistant", "content": "Nice to meet you."},
        {"role": "user", "content": "what's my name?"},
    ]
    assert await said(replayed) == "Your name is Grace."


async def test_chinese_names_are_remembered() -> None:
    client = guide()
    first = await ask(client, "我叫小明")
    assert "小明" in await said("我叫什么", client, previous_response_id=first["id"])


async def test_what_was_not_told_is_not_remembered() -> None:
    assert await said("What is my name?") == "You have not told me your name in this conversation."
    assert "first thing" in await said("What did I ask first?")


async def test_a_branch_remembers_only_its_own_path() -> None:
    client = guide()
    root = await ask(client, "Hello")
    await ask(client, "My name is Ada", previous_response_id=root["id"])
    assert "not told me" in await said("What is my name?", client, previous_response_id=root["id"])


STYLES = [
    ("Answer in upper case.", "NO MODEL IS CONNECTED"),
    ("Please use lower case only", "no model is connected"),
    ("Always end your answers with “Over and out”.", "Over and out"),
    ("Start every answer with: Ahoy!", "Ahoy!"),
]


@pytest.mark.parametrize(("instructions", "sign"), STYLES)
async def test_instructions_about_style_are_obeyed(instructions: str, sign: str) -> None:
    assert sign in await said("Hello", instructions=instructions)


async def test_one_sentence_is_one_sentence() -> None:
    text = await said("help", instructions="Answer in one sentence.")
    assert text == "No model is connected to this app yet."


async def test_an_ending_is_at_the_end_and_can_be_combined() -> None:
    text = await said("help", instructions="In one sentence, upper case. End with: over.")
    assert text == "NO MODEL IS CONNECTED TO THIS APP YET. OVER"


async def test_instructions_may_come_as_a_developer_message() -> None:
    given = [
        {"role": "developer", "content": "Answer in upper case."},
        {"role": "user", "content": "hi"},
    ]
    assert "NO MODEL" in await said(given)


async def test_instructions_are_quoted_when_asked_for_and_not_inherited() -> None:
    client = guide()
    first = await ask(client, "What are your instructions?", instructions="Be brief.")
    assert "> Be brief." in str(first["output"])
    assert "without instructions" in await said(
        "What are your instructions?", client, previous_response_id=first["id"]
    )


TITLES = [
    ("How do I connect a provider?", "How do I connect a provider"),
    (
        "hello, can you please explain the theory of general relativity to me?",
        "Explain the theory of general relativity",
    ),
    ("如何在这个应用里连接一个新的模型提供商。谢谢", "如何在这个应用里连接一个新的模型"),
    ("# Shopping list\n- milk", "Shopping list"),
    ("try: slow reason table", "Try: slow reason table"),
    ("user: what's 2+2?\nassistant: 4", "What's 2+2"),
    ("???", "New conversation"),
]


@pytest.mark.parametrize(("question", "title"), TITLES)
async def test_a_title_is_made_when_instructions_ask_for_one(question: str, title: str) -> None:
    instructions = "Write a short title for this conversation. Answer with the title only."
    assert await said(question, instructions=instructions) == title


async def test_images_and_files_are_named_by_type_and_size() -> None:
    png = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAIAAAADCAYAAAC56t6B"
    parts = [
        {"type": "input_text", "text": "What is this?"},
        {"type": "input_image", "image_url": png, "detail": "auto"},
        {"type": "input_image", "image_url": "https://example.org/secret/cat.png"},
        {"type": "input_file", "filename": "a.txt", "file_data": "data:text/plain;base64,SGVsbG8="},
    ]
    text = await said([{"role": "user", "content": parts}])
    assert "An image, image/png, 2 \u00d7 3 pixels" in text
    assert "An image at example.org" in text
    assert "The file “a.txt”, text/plain, 5 bytes" in text


def test_the_documented_words_are_the_words_of_the_guide() -> None:
    from conversations.providers.guide.commands import WORDS

    documented = (Path(__file__).parents[3] / "docs" / "guide.md").read_text("utf-8")
    table = documented.split("| Word |")[1].split("\n\n")[0]
    assert [word for word in WORDS if f"`{word}`" not in table] == []


async def test_to_be_asked_for_compact_answers_is_not_to_be_asked_for_a_summary() -> None:
    wish = "Keep it compact, as our conversation is long."
    assert "Nothing was said yet" not in await said("Thank you", instructions=wish)
    assert "Nothing was said yet" in await said("Thank you", instructions=compaction.INSTRUCTIONS)
