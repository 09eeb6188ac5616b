"""The script of the README, run as it stands there, and killed."""

import json
import re
import sys
import time
from pathlib import Path

from openai import OpenAI

from tests.gateway.test_documented import begun, said
from tests.support.server import Server

README = Path(__file__).parents[2] / "README.md"


def test_the_script_that_is_killed_picks_its_answer_up_to_the_last_byte(
    served: Server, keys: dict[str, str], client: OpenAI, tmp_path: Path
) -> None:
    (script,) = re.findall(r"```python\n(.*?)```", README.read_text(), re.S)
    assert len(script.splitlines()) <= 20
    there = script.replace("https://chat.example", served.url)
    arguments = [sys.executable, "-c", there.replace("sk-chatapp-…", keys["ada"])]
    first, noted = begun(arguments, tmp_path), tmp_path / "answer.json"
    while not (noted.exists() and " 9 " in noted.read_text()):
        time.sleep(0.02)
    first.kill()
    first.communicate()
    before = json.loads(noted.read_text())
    assert " 40" not in before["text"]
    printed = said(arguments, tmp_path)
    known = json.loads(noted.read_text())
    assert known["id"] == before["id"]
    assert known["text"].startswith(before["text"])
    whole = client.responses.retrieve(before["id"]).output_text
    assert printed == f"{whole}\n"
    assert known["text"] == whole
