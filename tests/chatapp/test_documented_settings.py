"""docs/running.md and the environment that is read know the same settings."""

import re
from collections import Counter
from pathlib import Path

from chatapp.environment import Environment

ROOT = Path(__file__).resolve().parents[2]


def test_each_setting_has_its_place_in_one_row_of_the_table_and_no_other_thing_has() -> None:
    manual = (ROOT / "docs" / "running.md").read_text()
    chapter = manual.partition("\n## Settings\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`[^|]+) \|", chapter, re.MULTILINE)
    described = Counter(name for row in rows for name in re.findall(r"`([^`]+)`", row))
    assert described == Counter(name.upper() for name in Environment.model_fields)
