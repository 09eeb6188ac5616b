"""What is read of a page of the web: in a process of its own, whatever the page is made of."""

from pathlib import Path
from typing import Any

import pytest

from conversations.files.checking import NotTaken, looked_at
from conversations.files.page import MOST_TEXT, decoded, page
from tests.support.uploads import pdf

URL = "https://example.org/notes/list.html"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "page"


def read(file: Path, data: bytes, media_type: str = "text/html", charset: str = "") -> Any:
    file.write_bytes(data)
    return looked_at("page", file, media_type, charset, URL)


def test_a_page_has_its_title_its_text_and_its_links(file: Path) -> None:
    told = read(
        file, b"<title>Notes</title><h1>My notes</h1><p>One <a href='../two?n=2#x'>and two</a>"
    )

    assert told == {
        "title": "Notes",
        "text": "# My notes\n\nOne and two",
        "links": [["and two", "https://example.org/two?n=2"]],
        "is_cut": False,
    }


def test_a_text_is_read_as_it_is(file: Path) -> None:
    told = read(file, b'{"a": "<b>"}\n', "application/json")

    assert (told["title"], told["text"]) == ("list.html", '{"a": "<b>"}')


def test_the_text_of_a_pdf_is_read(file: Path) -> None:
    assert "Hello" in read(file, pdf("Hello there"), "application/pdf")["text"]


def test_a_pdf_that_is_none_is_refused(file: Path) -> None:
    with pytest.raises(NotTaken, match="broken"):
        read(file, b"<html>", "application/pdf")


def test_what_calls_itself_a_text_and_is_none_is_refused(file: Path) -> None:
    with pytest.raises(NotTaken, match="encoding"):
        read(file, b"\x7fELF\0\0\0", "text/plain")


def test_a_page_that_is_made_to_take_for_ever_is_given_up(file: Path) -> None:
    with pytest.raises(NotTaken, match="effort"):
        read(file, b"<!--" * 1_000_000)


def test_a_long_text_is_cut_and_says_so(file: Path) -> None:
    file.write_bytes(b"x " * MOST_TEXT)
    told = page(file, "text/plain", "", URL)

    assert len(told["text"]) == MOST_TEXT
    assert told["is_cut"]


@pytest.mark.parametrize(
    ("data", "charset"),
    [
        ("Grüße".encode(), ""),
        ("Grüße".encode("latin-1"), ""),
        ("Grüße".encode("latin-1"), "iso-8859-1"),
        ("Grüße".encode("utf-16"), ""),
        (b"\xef\xbb\xbf" + "Grüße".encode(), "latin-1"),
        ("Grüße".encode(), "unheard-of"),
        ("Grüße".encode(), "hex"),
    ],
)
def test_letters_are_those_of_the_page_however_they_are_written(data: bytes, charset: str) -> None:
    assert decoded(data, charset) == "Grüße"


def test_a_page_may_say_itself_how_it_is_written() -> None:
    written = '<meta charset="gb2312"><p>\u4f60\u597d'

    assert decoded(written.encode("gb2312"), "") == written


def test_what_a_page_says_that_it_is_written_in_has_to_be_a_way_of_writing() -> None:
    assert decoded(b'<meta charset="unicode_escape">\\x41', "").endswith("\\x41")
