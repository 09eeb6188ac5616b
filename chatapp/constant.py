"""What of a page is the same for everybody goes out compressed, the rest as it is.

A page mixes secrets with what others wrote, so its compressed length would tell of them. A gzip
stream may hold both kinds of block: what stands in `{% constant %}` is compressed by itself, once
for each language, and what is a person's is stored between. Each has the length that it always has,
whatever stands beside it.
"""

import hashlib
import re
import secrets
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import re_accepts_gzip
from django.template import Context, Library, Node
from django.template.base import NodeList, Parser, Token
from django.utils.cache import patch_vary_headers
from django.utils.deprecation import MiddlewareMixin
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

register = Library()

# Nobody outside this process knows it, so nothing that is written passes for one of its pieces.
MARK = f"\0{secrets.token_hex(16)}:"
MARKED = re.compile(re.escape(MARK.encode()) + rb"([0-9a-f]+)\0")

GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
LAST_BLOCK = b"\x03\x00"
STORED_AT_MOST = 65_535


class Piece(NamedTuple):
    """Bytes of a page as they are, and as whole blocks of a deflated stream."""

    plain: bytes
    blocks: bytes


pieces: dict[str, Piece] = {}


class ConstantNode(Node):
    """Drawn once for each language, and with nothing that the page knows of who asks."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist
        self.marks: dict[str | None, SafeString] = {}

    def render(self, context: Context) -> SafeString:
        language = get_language()
        if language not in self.marks:
            drawn = self.nodelist.render(context.new())
            self.marks[language] = _keep(_plain(_parts(drawn.encode())))
        return self.marks[language]


@register.tag
def constant(parser: Parser, token: Token) -> ConstantNode:
    """`{% constant %}…{% endconstant %}` around what is the same for everybody in a language."""
    nodelist = parser.parse(("endconstant",))
    parser.delete_first_token()
    return ConstantNode(nodelist)


class ConstantMiddleware(MiddlewareMixin):
    """Puts the constant pieces into a page that has any, compressed for whoever takes that."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if isinstance(response, HttpResponse) and MARK.encode() in response.content:
            patch_vary_headers(response, ["Accept-Encoding"])
            parts = list(_parts(response.content))
            if re_accepts_gzip.search(request.headers.get("Accept-Encoding", "")):
                response.headers["Content-Encoding"] = "gzip"
                response.content = _gzipped(parts)
            else:
                response.content = _plain(parts)
        return response


def _keep(plain: bytes) -> SafeString:
    name = hashlib.sha256(plain).hexdigest()
    deflater = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    blocks = deflater.compress(plain) + deflater.flush(zlib.Z_SYNC_FLUSH)
    pieces[name] = Piece(plain, blocks)
    return mark_safe(f"{MARK}{name}\0")  # noqa: S308 a name of ours between marks of ours


def _parts(content: bytes) -> Iterator[Piece]:
    for index, part in enumerate(MARKED.split(content)):
        yield pieces[part.decode()] if index % 2 else Piece(part, _stored(part))


def _plain(parts: Iterable[Piece]) -> bytes:
    return b"".join(part.plain for part in parts)


def _gzipped(parts: Sequence[Piece]) -> bytes:
    checksum, size = 0, 0
    for plain, _ in parts:
        checksum, size = zlib.crc32(plain, checksum), size + len(plain)
    trailer = _little(checksum, 4) + _little(size % 2**32, 4)
    return b"".join([GZIP_HEADER, *(part.blocks for part in parts), LAST_BLOCK, trailer])


def _stored(plain: bytes) -> bytes:
    """Blocks of a deflated stream that hold these bytes as they are: RFC 1951, section 3.2.4."""
    starts = range(0, len(plain), STORED_AT_MOST)
    return b"".join(_stored_block(plain[start : start + STORED_AT_MOST]) for start in starts)


def _stored_block(plain: bytes) -> bytes:
    size = len(plain)
    return b"\x00" + _little(size, 2) + _little(size ^ 0xFFFF, 2) + plain


def _little(number: int, size: int) -> bytes:
    return number.to_bytes(size, "little")
