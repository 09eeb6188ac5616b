"""What make touches is its own."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOUCHING_RULE = re.compile(r"^(\S+):.*\n(?:\t.*\n)*?\t@touch \$@$", re.MULTILINE)


def test_no_file_that_make_touches_is_a_link_to_one_of_the_system() -> None:
    text = (ROOT / "Makefile").read_text().replace("$(UV)", ".uv/bin/uv")
    targets = TOUCHING_RULE.findall(text)
    assert ".venv/.made" in targets
    assert [target for target in targets if (ROOT / target).is_symlink()] == []
