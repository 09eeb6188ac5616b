"""Looks at one uploaded file, in a process of its own that may use little time and memory.

``python -m conversations.files.inspect PATH NAME`` writes one line of JSON: ``{"width", "height",
"pages", "text", "is_cut"}`` of what it found, or ``{"refused": reason}``. A picture is written anew
in its place. Whatever it is made to do by a hostile file ends with this process.
"""

import logging
import sys
import time
from pathlib import Path
from typing import Any

from conversations.files.kinds import Kind, agrees, kind_of
from conversations.files.limits import Refused, answer, limit_this_process
from conversations.files.paging import paged

MAX_TEXT = 1_000_000
MAX_PAGES = 2_000
READ_SECONDS = 8.0


def inspect(path: Path, name: str) -> dict[str, Any]:
    """What there is to know of a file; Refused."""
    kind = kind_of(name)
    if kind is None:
        raise Refused("type")
    with path.open("rb") as file:
        if not agrees(kind, file.read(16)):
            raise Refused("disagrees")
    if kind.form == "image":
        return _picture(path, kind)
    text, pages = _text(path, kind)
    found: dict[str, Any] = {"text": text[:MAX_TEXT], "is_cut": len(text) > MAX_TEXT}
    return found if pages is None else found | {"pages": pages}


def _picture(path: Path, kind: Kind) -> dict[str, Any]:
    from conversations.files.pictures import NotAPicture, TooManyPixels, rewrite

    try:
        width, height = rewrite(path, kind.media_type)
    except TooManyPixels as error:
        raise Refused("pixels") from error
    except NotAPicture as error:
        raise Refused("broken") from error
    return {"width": width, "height": height}


def _text(path: Path, kind: Kind) -> tuple[str, int | None]:
    if kind.form == "pdf":
        return pdf_text(path)
    if kind.form == "text":
        return _plain(path), None
    from conversations.files.office import NotReadable, docx_text, xlsx_text

    try:
        return (docx_text if kind.form == "docx" else xlsx_text)(path), None
    except NotReadable as error:
        raise Refused("broken") from error


def _plain(path: Path) -> str:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused("encoding") from error
    if "\0" in text:
        raise Refused("encoding")
    return text


def pdf_text(path: Path) -> tuple[str, int]:
    """What stands on the pages of a PDF, as far as it is soon read, and how many these are, with a
    mark between them.
    """
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.disable()
    until = time.monotonic() + READ_SECONDS
    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Refused("locked")
        pages = len(reader.pages)
        if pages > MAX_PAGES:
            raise Refused("pages")
        texts: list[str] = []
        length = 0
        for page in reader.pages:
            texts.append(page.extract_text())
            length += len(texts[-1])
            if length > MAX_TEXT or time.monotonic() > until:
                break
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise Refused("broken") from error
    except RecursionError as error:
        raise Refused("broken") from error
    text = paged(texts)
    return text.replace("\0", "").encode("utf-8", "replace").decode(), pages


def main() -> None:
    limit_this_process()
    path, name = Path(sys.argv[1]), sys.argv[2]
    answer(lambda: inspect(path, name))


if __name__ == "__main__":
    main()
