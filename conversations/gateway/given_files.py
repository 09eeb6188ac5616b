"""The bytes of a file that stands in a request, or at an address that it names."""

import asyncio
import base64
import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings

from conversations.files.kinds import KINDS, MAX_BYTES, kind_of, picture_end, safe_name
from conversations.gateway.refusals import Refusal, bad
from conversations.network.fetching import Fetched, NotFetched, fetch_file
from conversations.turns.web import reach

BRINGING = ("file_data", "file_url", "image_url")
DATA = "data:"
LONGEST_ADDRESS = 8_000
PIECE = 1024 * 1024  # of base64: a multiple of four
AT_ONCE = asyncio.Semaphore(4)
# How a name ends that says nothing of its kind, by what the file is said to be.
ENDS = {kind.media_type: end for end, kind in KINDS.items()} | {
    "image/jpeg": "jpg",
    "text/html": "html",
    "text/markdown": "md",
    "text/plain": "txt",
}


@dataclass(frozen=True)
class Given:
    """A file as it was given; `param` is where."""

    name: str
    data: bytes
    sha256: str
    param: str
    is_image: bool


def is_inline(part: dict[str, Any]) -> bool:
    """Whether a part brings a file, rather than name one of the person's."""
    return any(name in part for name in BRINGING)


async def given_by(part: dict[str, Any], at: str) -> Given:
    """The file that a part brings; Refusal."""
    (name,) = (name for name in BRINGING if name in part)
    value, param, is_image = part[name], f"{at}.{name}", name == "image_url"
    if name != "file_data" and not value.startswith(DATA):
        fetched = await _fetched(value, param, is_image=is_image)
        called = part.get("filename") or unquote(urlsplit(value).path)
        media_type, data = fetched.media_type, fetched.body
    else:
        called = part.get("filename") or ""
        media_type, data = await asyncio.to_thread(_decoded, value, param, is_image=is_image)
    named = _picture_name(called, data, param) if is_image else _name(called, media_type, param)
    sha256 = (await asyncio.to_thread(hashlib.sha256, data)).hexdigest()
    return Given(named, data, sha256, param, is_image)


async def _fetched(url: str, param: str, *, is_image: bool) -> Fetched:
    what = "image" if is_image else "file"
    if not settings.WEB_READING or len(url) > LONGEST_ADDRESS:
        said = f"Send the {what} itself: nothing is read from there."
        raise bad(param, said, f"invalid_{what}_url")
    try:
        async with AT_ONCE:
            return await fetch_file(url, reach(), MAX_BYTES)
    except NotFetched as error:
        said = f"Failed to download the {what} from {url[:200]}. {error}"
        raise Refusal(400, said, f"failed_to_download_{what}", param) from error


def _decoded(text: str, param: str, *, is_image: bool) -> tuple[str, bytes]:
    """The type that a data URL tells, "" where there is none, and its bytes; plain base64 is taken,
    too.
    """
    code = "invalid_base64_image" if is_image else "invalid_base64"
    media_type, encoded = "", text
    if text.startswith(DATA):
        head, _comma, encoded = text.partition(",")
        media_type, *how = head.removeprefix(DATA).lower().split(";")
        if "base64" not in how:
            raise bad(param, "A data URL in base64 is expected here.", code)
    try:
        return media_type, _from_base64("".join(encoded.split()))
    except ValueError as error:
        raise bad(param, "This is no valid base64.", code) from error


def _from_base64(text: str) -> bytes:
    """In pieces, for each keeps the event loop waiting, from whichever thread; ValueError."""
    pieces = (text[at : at + PIECE] for at in range(0, len(text), PIECE))
    return b"".join(base64.b64decode(piece, validate=True) for piece in pieces)


def _picture_name(called: str, data: bytes, param: str) -> str:
    """What a picture is called, with the end that it ought to have."""
    end = picture_end(data[:16])
    if not data:
        raise bad(param, "This image is empty.", "empty_image_file")
    if end is None:
        raise bad(param, "A PNG, JPEG, GIF or WebP is expected here.", "invalid_image_format")
    name = safe_name(called)
    stem = name.rpartition(".")[0] or name or "image"
    return safe_name(f"{stem}.{end}")


def _name(called: str, media_type: str, param: str) -> str:
    name = safe_name(called)
    if kind_of(name):
        return name
    end = ENDS.get(media_type) or ("txt" if media_type.startswith("text/") else "")
    if end:
        return safe_name(f"{name or 'file'}.{end}")
    if not name:
        at = param.rpartition(".")[0]
        raise bad(f"{at}.filename", "A name is needed that says what the file is.")
    return name
