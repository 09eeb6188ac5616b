"""A picture for answers that bring one: drawn here, because the app ships none and fetches none."""

import base64
import struct
import zlib
from functools import cache

WIDTH, HEIGHT = 480, 320
HORIZON = 0.62
SUN = (330, 120, 46)  # x, y, radius


@cache
def picture(coarse: int = 1) -> str:
    """A PNG of a sun above the sea, in base64; in blocks of `coarse` pixels, as if unfinished."""
    rows = (
        b"\0" + b"".join(_colour(x - x % coarse, y - y % coarse) for x in range(WIDTH))
        for y in range(HEIGHT)
    )
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"".join(rows), 9)),
        (b"IEND", b""),
    )
    return base64.b64encode(
        b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*one) for one in chunks)
    ).decode()


def _chunk(name: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + name
        + content
        + struct.pack(">I", zlib.crc32(name + content))
    )


def _colour(x: int, y: int) -> bytes:
    sun_x, sun_y, radius = SUN
    if (x - sun_x) ** 2 + (y - sun_y) ** 2 < radius**2:
        return bytes((250, 226, 160))
    height = y / HEIGHT
    if height < HORIZON:
        return bytes(
            (round(70 + 150 * height), round(120 + 110 * height), round(165 + 60 * height))
        )
    glitter = abs(x - sun_x) < 20 + 90 * (height - HORIZON) and (y // 6 + x // 14) % 3 == 0
    return (
        bytes((235, 205, 150)) if glitter else bytes((24, round(96 - 60 * (height - HORIZON)), 104))
    )
