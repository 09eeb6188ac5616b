"""The examples of docs/api.md, run as they stand there."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.server import Server

MANUAL = Path(__file__).parents[2] / "docs" / "api.md"
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.S)


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


def said(arguments: list[str], folder: Path) -> str:
    process = begun(arguments, folder)
    out, _ = process.communicate(timeout=50)
    assert process.returncode == 0
    return out


@pytest.mark.skipif(
    shutil.which("curl") is None and "CI" not in os.environ, reason="curl is not installed"
)
def test_the_lines_for_curl_list_models_and_ask(
    examples: dict[str, list[str]], tmp_path: Path
) -> None:
    (text,) = examples["sh"]
    out = said(["sh", "-ec", text], tmp_path)
    decoder = json.JSONDecoder()
    listed, end = decoder.raw_decode(out)
    answer, _ = decoder.raw_decode(out[end:].lstrip())
    assert listed["data"][0]["id"] == "guide"
    assert answer["status"] == "completed"


def test_the_script_goes_on_from_an_answer_and_streams(
    examples: dict[str, list[str]], tmp_path: Path
) -> None:
    out = said([sys.executable, "-c", examples["python"][0]], tmp_path)
    assert "Ada" in out.splitlines()[0]
    assert "|---" in out.replace(" ", "")


def test_the_script_that_is_killed_picks_its_answer_up_to_the_last_word(
    examples: dict[str, list[str]], tmp_path: Path
) -> None:
    arguments = [sys.executable, "-c", examples["python"][2]]
    first, noted = begun(arguments, tmp_path), tmp_path / "answer.json"
    while not (noted.exists() and " 9 " in noted.read_text()):
        time.sleep(0.02)
    first.kill()
    first.communicate()
    assert " 40" not in noted.read_text()
    out = said(arguments, tmp_path)
    assert out.split() == [str(n) for n in range(1, 41)]


def test_the_script_that_begins_a_conversation_reads_what_was_said(
    examples: dict[str, list[str]], tmp_path: Path
) -> None:
    lines = said([sys.executable, "-c", examples["python"][1]], tmp_path).splitlines()
    assert lines[0] == "message user My name is Ada"
    assert "Ada" in lines[2]
