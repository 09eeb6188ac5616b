"""The text of Word and Excel files, read without a library: they are XML in a zip.

Sizes are bounded as they are unpacked, whatever the archive says of itself; a document type, which
could name entities and other files, is refused.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

MAX_ENTRIES = 5_000
MAX_UNPACKED = 100 * 1024 * 1024
MAX_TEXT = 1_000_000
CHUNK = 64 * 1024


class NotReadable(Exception):
    """It is no such file, or one that is not safe to read."""


class Enough(Exception):
    """There is as much text as is kept."""


def docx_text(path: Path) -> str:
    """The paragraphs of a Word file, one a line."""
    return "".join(_gathered(path, "word/document.xml", _docx_handlers))[:MAX_TEXT].strip()


def xlsx_text(path: Path) -> str:
    """The cells of an Excel file, by sheets: a row a line, cells apart by tabs."""
    with _opened(path) as archive:
        names = set(archive.namelist())
        if "xl/workbook.xml" not in names:
            raise NotReadable("no workbook")
        budget = [MAX_UNPACKED]
        shared: list[str] = []
        if "xl/sharedStrings.xml" in names:
            shared = _strings(archive, budget)
        sheets = sorted(
            (name for name in names if name.startswith("xl/worksheets/sheet")), key=_number
        )
        texts = [_sheet(archive, name, shared, budget) for name in sheets[:100]]
    return "\n\n".join(filter(None, texts))[:MAX_TEXT]


def _opened(path: Path) -> ZipFile:
    try:
        archive = ZipFile(path)
    except (BadZipFile, OSError, ValueError) as error:
        raise NotReadable("no archive") from error
    entries = archive.infolist()
    too_much = sum(entry.file_size for entry in entries) > MAX_UNPACKED
    if len(entries) > MAX_ENTRIES or too_much:
        archive.close()
        raise NotReadable("too much in the archive")
    return archive


def _number(name: str) -> int:
    digits = "".join(sign for sign in name if sign.isdigit())
    return int(digits[:6] or 0)


def _gathered(path: Path, entry: str, handlers: Callable[[list[str], Any], None]) -> list[str]:
    texts: list[str] = []
    with _opened(path) as archive:
        if entry not in archive.namelist():
            raise NotReadable(f"no {entry}")
        parser = _parser()
        handlers(texts, parser)
        _parse(parser, archive, entry, [MAX_UNPACKED])
    return texts


def _docx_handlers(texts: list[str], parser: Any) -> None:
    state = {"in_text": False, "length": 0}

    def start(name: str, _: Any) -> None:
        tag = _local(name)
        if tag == "t":
            state["in_text"] = True
        elif tag in ("tab", "br"):
            texts.append("\t" if tag == "tab" else "\n")

    def end(name: str) -> None:
        tag = _local(name)
        if tag == "t":
            state["in_text"] = False
        elif tag == "p":
            texts.append("\n")

    def data(text: str) -> None:
        if state["in_text"]:
            texts.append(text)
            state["length"] += len(text)
            if state["length"] > MAX_TEXT:
                raise Enough

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = data


def _strings(archive: ZipFile, budget: list[int]) -> list[str]:
    """The texts that cells refer to by their number."""
    strings: list[str] = []
    parts: list[str] = []
    inside = {"t": False}

    def start(name: str, _: Any) -> None:
        tag = _local(name)
        if tag == "si":
            parts.clear()
        inside["t"] = tag == "t"

    def end(name: str) -> None:
        tag = _local(name)
        if tag == "si":
            strings.append("".join(parts))
        inside["t"] = False

    parser = _parser()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = lambda text: parts.append(text) if inside["t"] else None
    _parse(parser, archive, "xl/sharedStrings.xml", budget)
    return strings


def _sheet(archive: ZipFile, entry: str, shared: list[str], budget: list[int]) -> str:
    rows: list[str] = []
    cells: list[str] = []
    state: dict[str, Any] = {"kind": "", "inside": False, "value": [], "length": 0}

    def start(name: str, attributes: dict[str, str]) -> None:
        tag = _local(name)
        if tag == "row":
            cells.clear()
        elif tag == "c":
            state["kind"], state["value"] = attributes.get("t", ""), []
        state["inside"] = tag in ("v", "t")

    def end(name: str) -> None:
        tag = _local(name)
        state["inside"] = False
        if tag == "c":
            cells.append(_cell(state["kind"], "".join(state["value"]), shared))
        elif tag == "row":
            row = "\t".join(cells).rstrip()
            rows.append(row)
            state["length"] += len(row)
            if state["length"] > MAX_TEXT:
                raise Enough

    def data(text: str) -> None:
        if state["inside"]:
            state["value"].append(text)

    parser = _parser()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = data
    _parse(parser, archive, entry, budget)
    return "\n".join(rows).strip()


def _cell(kind: str, value: str, shared: list[str]) -> str:
    if kind != "s":
        return value
    at = int(value) if value.isascii() and value.isdigit() else -1
    return shared[at] if 0 <= at < len(shared) else ""


def _parser() -> Any:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = _refuse
    return parser


def _refuse(*_: Any) -> None:
    raise NotReadable("a document type")


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _parse(parser: Any, archive: ZipFile, entry: str, budget: list[int]) -> None:
    try:
        for chunk in _chunks(archive, entry, budget):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except Enough:
        return
    except (expat.ExpatError, BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
        raise NotReadable("not readable") from error


def _chunks(archive: ZipFile, entry: str, budget: list[int]) -> Iterator[bytes]:
    with archive.open(entry) as stream:
        while chunk := stream.read(CHUNK):
            budget[0] -= len(chunk)
            if budget[0] < 0:
                raise NotReadable("too much in the archive")
            yield chunk
