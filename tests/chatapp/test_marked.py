"""Nothing that people read stands in a template outside of the tags that translate it."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from chatapp.settings import BASE_DIR

TEMPLATES = sorted((BASE_DIR / "templates").rglob("*.html"))

TRANSLATED = re.compile(r"{%\s*blocktranslate\b.*?{%\s*endblocktranslate\s*%}", re.DOTALL)
COMMENT = re.compile(r"{#.*?#}|{%\s*comment\b.*?{%\s*endcomment\s*%}", re.DOTALL)
CLASSES = re.compile(r"{%\s*block body_class\s*%}.*?{%\s*endblock\s*%}")
TAG = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
FILLED_IN = re.compile(r"{\w+}|^{.*}$", re.DOTALL)  # by scripts; and an example in JSON
WORD = re.compile(r"[^\W\d_]{2,}")

SPOKEN = {"alt", "aria-label", "aria-description", "placeholder", "title"}
NOT_PROSE = {"script", "style", "code", "kbd"}
# The same in every language: names, and what each language is called in itself.
NAMES = {"Chatapp", "English", "JSON", "中文"}


class Words(HTMLParser):
    """Collects what a page of this markup would say."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.said += [value for name, value in attrs if name in SPOKEN and value]
        if tag in NOT_PROSE:
            self._within.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._within and self._within[-1] == tag:
            self._within.pop()

    def handle_data(self, data: str) -> None:
        if not self._within:
            self.said.append(data)


def unmarked(template: str) -> Iterator[str]:
    """What is said beside the tags that translate."""
    words = Words()
    for left_out in (TRANSLATED, COMMENT, CLASSES, TAG):
        template = left_out.sub(" ", template)
    words.feed(template)
    for text in words.said:
        if set(WORD.findall(FILLED_IN.sub("", text.strip()))) - NAMES:
            yield text.strip()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(BASE_DIR)))
def test_every_sentence_of_a_template_is_marked_for_translation(path: Path) -> None:
    assert list(unmarked(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ('<p title="{% translate "Close" %}">{% translate "Open" %}</p>', []),
        ("<p>{% blocktranslate %}Hello {{ name }}{% endblocktranslate %}</p>", []),
        ("<p>Forgotten</p>", ["Forgotten"]),
        ('<button aria-label="Close">+</button>', ["Close"]),
        ("<title>{% block title %}{% endblock %} · Chatapp</title>", []),
        ("{# A remark #}<kbd>Ctrl</kbd><code>make</code>", []),
    ],
)
def test_what_is_not_marked_is_found(template: str, said: list[str]) -> None:
    assert list(unmarked(template)) == said
