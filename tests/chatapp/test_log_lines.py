"""Nobody forges a line of the log."""

import logging
import sys
from typing import Any

import pytest
from django.utils.module_loading import import_string

from chatapp import settings
from chatapp.log_lines import LineFormatter

formatter = LineFormatter("{levelname} {name}: {message}", style="{")


def record(message: str, *args: Any, exc_info: Any = None) -> logging.LogRecord:
    return logging.LogRecord("chat", logging.INFO, __file__, 1, message, args, exc_info)


@pytest.mark.parametrize(
    ("sent", "written"),
    [
        ("x\n2026-01-01 ERROR root: broken in", "x\\n2026-01-01 ERROR root: broken in"),
        ("x\r\ty\x00", "x\\r\\ty\\x00"),
        ("\x1b[2Jcleared\x9b", "\\x1b[2Jcleared\\x9b"),
        ("x\u2028y\u202ez", "x\\u2028y\\u202ez"),
        ("Grüße, 你好 🙂", "Grüße, 你好 🙂"),
    ],
)
def test_control_characters_of_a_message_are_escaped(sent: str, written: str) -> None:
    assert formatter.format(record("got %s", sent)) == f"INFO chat: got {written}"


def test_a_traceback_is_indented_so_that_an_exceptions_text_is_no_line_of_its_own() -> None:
    try:
        raise ValueError("bad\nERROR root: forged\x1b[2J")
    except ValueError:
        text = formatter.format(record("failed", exc_info=sys.exc_info()))
    first, *others = text.split("\n")
    assert first == "INFO chat: failed"
    assert others[-2:] == ["  ValueError: bad", "  ERROR root: forged\\x1b[2J"]
    assert all(line.startswith("  ") for line in others)


def test_every_handler_writes_lines_of_that_kind() -> None:
    for handler in settings.LOGGING["handlers"].values():
        chosen = settings.LOGGING["formatters"][handler["formatter"]]
        assert import_string(chosen["()"]) is LineFormatter
