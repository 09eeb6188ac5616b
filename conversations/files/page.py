"""Reads one page of the web, in a process of its own that may use little time and memory.

``python -m conversations.files.page PATH MEDIA_TYPE CHARSET URL`` writes one line of JSON:
``{"title", "text", "links", "is_cut"}`` of what it found, or ``{"refused": reason}``.
"""

import codecs
import re
import sys
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from conversations.files.hypertext import Page, read
from conversations.files.inspect import pdf_text
from conversations.files.limits import Refused, answer, limit_this_process
from conversations.files.paging import unpaged

MOST_TEXT = 500_000
MOST_TITLE = 300
CPU_SECONDS = 8
HYPERTEXT = ("text/html", "application/xhtml+xml")
PDF = "application/pdf"
BOMS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
NOT_READ = frozenset({"idna", "punycode", "raw-unicode-escape", "unicode-escape", "utf-7"})
DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{1,40})""")
DECLARED_WITHIN = 2048


def page(path: Path, media_type: str, charset: str, url: str) -> dict[str, Any]:
    """What there is to know of the page that came from `url`; Refused."""
    found = _read(path, media_type, charset, url)
    return {
        "title": found.title[:MOST_TITLE],
        "text": found.text[:MOST_TEXT],
        "links": found.links,
        "is_cut": len(found.text) > MOST_TEXT,
    }


def _read(path: Path, media_type: str, charset: str, url: str) -> Page:
    if media_type == PDF:
        return Page(_name(url), unpaged(pdf_text(path)[0]), [])
    text = decoded(path.read_bytes(), charset)
    if media_type in HYPERTEXT:
        return read(text, url)
    if "\0" in text:
        raise Refused("encoding")
    return Page(_name(url), text.strip(), [])


def decoded(data: bytes, charset: str) -> str:
    """A page's text: its own mark says how it is written, else its server, else it itself."""
    for mark, encoding in BOMS.items():
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    declared = DECLARED.search(data[:DECLARED_WITHIN])
    for encoding in (charset, declared[1].decode() if declared else ""):
        if known := _known(encoding):
            return data.decode(known, "replace")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _known(encoding: str) -> str:
    """An encoding of texts that there is; what calls itself Latin-1 is read as browsers do."""
    try:
        name = codecs.lookup(encoding).name if encoding else ""
        name.encode(name or "utf-8")
    except (LookupError, UnicodeError):
        return ""
    if name in NOT_READ:
        return ""
    return "cp1252" if name in ("ascii", "iso8859-1") else name


def _name(url: str) -> str:
    return unquote(PurePosixPath(urlsplit(url).path).name)


def main() -> None:
    limit_this_process(CPU_SECONDS)
    path, media_type, charset, url = sys.argv[1:]
    answer(lambda: page(Path(path), media_type, charset, url))


if __name__ == "__main__":
    main()
