"""What was uploaded to be imported: a JSON file, or a zip of several and of pictures.

Nothing of it is trusted: not the sizes that a zip names, nor how deep or how large its JSON is.
"""

import codecs
import json
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from conversations.protocol.jsontext import BadJSON, loads

MAX_TEXT = 512 * 1024 * 1024  # bytes of a file of conversations
MAX_UNPACKED = 2 * 1024 * 1024 * 1024  # of all files of a zip
MAX_SIGNS = 2_000_000  # that begin an object or an array, in what is held: parsed they take much
MAX_DOCUMENT = 32 * 1024 * 1024  # characters of one conversation
MAX_MEMBERS = 20_000
MAX_IMAGE = 8 * 1024 * 1024
PIECE = 1024 * 1024
BLANK = re.compile(r"[\s,]*")

CONVERSATIONS = re.compile(r"(^|/)conversations(-\d+)?\.json$")
ASSET = re.compile(r"(^|/)(file[-_][A-Za-z0-9]+)[^/]*$")

# What `zipfile` says of a damaged archive, and what it hands on from those that unpack for it.
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    UnicodeDecodeError,
)


class BadArchive(ValueError):
    """It can't be read; `reason` names why, for the report."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Archive:
    """An uploaded file: `documents` yields what may be conversations, `asset` a file's bytes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._zip: zipfile.ZipFile | None = None
        self._assets: dict[str, zipfile.ZipInfo] = {}
        if zipfile.is_zipfile(path):
            self._open()

    def _open(self) -> None:
        try:
            self._zip = zipfile.ZipFile(self._path)
        except (*DAMAGED, ValueError) as error:
            raise BadArchive("zip") from error
        members = self._zip.infolist()
        if len(members) > MAX_MEMBERS:
            raise BadArchive("too_many_files")
        for member in members:
            if found := ASSET.search(member.filename):
                self._assets.setdefault(found[2], member)

    def close(self) -> None:
        if self._zip:
            self._zip.close()

    def documents(self) -> Iterator[Any]:
        """Each document of each file of conversations; BadArchive where one can't be read on."""
        if self._zip is None:
            try:
                with self._path.open("rb") as file:
                    yield from documents(file)
            except OSError as error:
                raise BadArchive("gone") from error
            return
        members = [one for one in self._zip.infolist() if one.filename.endswith(".json")]
        named = [one for one in members if CONVERSATIONS.search(one.filename)] or members
        if not named:
            raise BadArchive("nothing")
        left = MAX_UNPACKED
        for member in named:
            try:
                with self._zip.open(member) as file:
                    yield from documents(file, min(left, MAX_TEXT))
                    left -= file.tell()
            except DAMAGED as error:
                raise BadArchive("zip") from error

    def member(self, name: str) -> Any:
        """What is in the JSON file of this very name; None when it is not there or no use."""
        if self._zip is None or name not in self._zip.namelist():
            return None
        try:
            with self._zip.open(name) as file:
                content = file.read(MAX_DOCUMENT + 1)
            return None if len(content) > MAX_DOCUMENT else loads(content)
        except (*DAMAGED, BadJSON):
            return None  # the conversations may be fine

    def asset(self, name: str) -> bytes | None:
        """The file whose name begins so, if the archive has it and it is not too large."""
        member = self._assets.get(name)
        if member is None or self._zip is None:
            return None
        try:
            with self._zip.open(member) as file:
                content = file.read(MAX_IMAGE + 1)
        except DAMAGED:
            return None  # it is told of as one that is not there
        return content if len(content) <= MAX_IMAGE else None


def documents(file: IO[bytes], most: int = MAX_TEXT) -> Iterator[Any]:
    """The entries of the array that a file holds, or the one object; one at a time in memory.

    BadArchive for a file of more than `most` bytes.
    """
    text = _Text(file, most)
    if text.begins_with("["):
        text.skip(1)
        while not text.begins_with("]"):
            yield text.document()
        return
    whole = text.document()
    entries = whole.get("conversations") if isinstance(whole, dict) else None
    yield from entries if isinstance(entries, list) else [whole]


class _Text:
    """The text of a file, of which only what is being read is held."""

    def __init__(self, file: IO[bytes], most: int) -> None:
        self._file, self._most = file, most
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")(errors="replace")
        self._held, self._at, self._read, self._ended = "", 0, 0, False
        self._scanner = json.JSONDecoder()

    def begins_with(self, sign: str) -> bool:
        """Whether this is the next sign, blanks and commas aside; BadArchive at the end."""
        while True:
            found = BLANK.match(self._held, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._held):
                return self._held[self._at] == sign
            if self._ended:
                raise BadArchive("json")
            self._more()

    def skip(self, signs: int) -> None:
        self._at += signs

    def document(self) -> Any:
        """The next document; of one that has not all been read yet, more is."""
        while True:
            try:
                end = self._scanner.raw_decode(self._held, self._at)[1]
            except (ValueError, RecursionError) as error:
                if self._ended or isinstance(error, RecursionError):
                    raise BadArchive("json") from error
                if len(self._held) - self._at > MAX_DOCUMENT:
                    raise BadArchive("too_large") from error
                self._more()
            else:
                if end == len(self._held) and not self._ended:
                    self._more()  # a number may go on
                    continue
                document, self._at = self._held[self._at : end], end
                try:
                    return loads(document)
                except BadJSON:
                    return None  # one that is no use to anybody; the others may be

    def _more(self) -> None:
        """Half as much again as is held, so that a large document is not tried too often."""
        piece = self._file.read(max(PIECE, len(self._held) - self._at))
        self._read += len(piece)
        if self._read > self._most:
            raise BadArchive("too_large")
        self._ended = not piece
        self._held = self._held[self._at :] + self._decoder.decode(piece, final=self._ended)
        self._at = 0
        if self._held.count("{") + self._held.count("[") > MAX_SIGNS:
            raise BadArchive("too_large")
