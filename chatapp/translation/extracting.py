"""The sentences that people see, found in templates and code without gettext's own tools."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.template.base import Lexer, Template, Token, TokenType
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.utils.text import unescape_string_literal
from django.utils.translation import trim_whitespace

APPS = ("chatapp", "conversations")
MARKS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
# Whoever raises one of these writes a sentence, which is translated where it is said to a person.
SAID = {"RequestError": 0, "Refused": 2}
# What a filter or a tag is given to say: `|default:_("…")`.
GIVEN = re.compile(r"""(?<!\w)_\(("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\)""")


class Sentence(NamedTuple):
    """What is written in the source; `plural` for more than one of it, else ""."""

    text: str
    plural: str = ""


def sentences() -> set[Sentence]:
    """Every sentence of the templates and of the code."""
    return {*_of_templates(), *_of_code()}


def _of_templates() -> Iterator[Sentence]:
    for path in sorted((settings.BASE_DIR / "templates").rglob("*.html")):
        source = path.read_text(encoding="utf-8")
        yield from given_in(source)
        template = Template(source)
        for node in template.nodelist.get_nodes_by_type(TranslateNode):
            assert isinstance(node, TranslateNode)
            text = node.filter_expression.var.literal
            assert isinstance(text, str), "only what stands in the template can be found"
            yield Sentence(text)
        for block in template.nodelist.get_nodes_by_type(BlockTranslateNode):
            assert isinstance(block, BlockTranslateNode)
            yield Sentence(_joined(block, block.singular), _joined(block, block.plural or []))


def given_in(source: str) -> Iterator[Sentence]:
    """The sentences that tags and variables of a template are given: `{{ x|default:_("…") }}`."""
    for token in Lexer(source).tokenize():
        if token.token_type in (TokenType.VAR, TokenType.BLOCK):
            for literal in GIVEN.findall(token.contents):
                yield Sentence(unescape_string_literal(literal))


def _joined(block: BlockTranslateNode, tokens: list[Token]) -> str:
    text, _ = block.render_token_list(tokens)
    return trim_whitespace(text) if block.trimmed else text


def _of_code() -> Iterator[Sentence]:
    for app in APPS:
        for path in sorted((settings.BASE_DIR / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield from _of_module(path)


def _of_module(path: Path) -> Iterator[Sentence]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield from _of_call(node.func.id, node.args)


def _of_call(name: str, arguments: list[ast.expr]) -> Iterator[Sentence]:
    texts = [one.value if isinstance(one, ast.Constant) else None for one in arguments]
    if name in MARKS and texts and isinstance(texts[0], str):
        plural = texts[1] if name.startswith("ngettext") and len(texts) > 1 else ""
        yield Sentence(texts[0], plural if isinstance(plural, str) else "")
    at = SAID.get(name)
    if at is not None and len(texts) > at and isinstance(texts[at], str):
        yield Sentence(str(texts[at]))
