"""The project's documentation, as sections under their headings."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
HEADING = re.compile(r"(#{1,6})\s+(.+?)\s*#*\s*$")
FENCE = re.compile(r"\s*(```|~~~)")


@dataclass(frozen=True)
class Section:
    """The text between one heading and the next; `file` is relative to the project."""

    file: str
    title: str
    text: str


@cache
def documentation() -> tuple[Section, ...]:
    """The sections of README.md and of every Markdown file under docs/, read once."""
    files = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return tuple(
        section
        for file in files
        if file.is_file()
        for section in sections(file.relative_to(ROOT).as_posix(), file.read_text("utf-8"))
    )


def sections(file: str, markdown: str) -> list[Section]:
    """The sections of one Markdown text that have more than a heading."""
    found: list[Section] = []
    title, lines, fenced = file, list[str](), False
    for line in [*markdown.splitlines(), "# end"]:
        fenced ^= bool(FENCE.match(line))
        heading = None if fenced else HEADING.match(line)
        if heading is None:
            lines.append(line)
            continue
        if text := "\n".join(lines).strip():
            found.append(Section(file, title, text))
        title, lines = heading[2], []
    return found
