"""Pictures, decoded and written anew: what is kept has neither places and cameras nor anything that
was hidden behind the picture.
"""

import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

MAX_PIXELS = 40_000_000
MAX_MOVING_PIXELS = 150_000_000  # of all frames together; of more, the first is kept
SENT_SIDE = 2048  # models look at no more: https://platform.openai.com/docs/guides/images-vision
THUMBNAIL_SIDE = 480
FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WEBP"}
MODES = {"JPEG": ("RGB", "L"), "PNG": ("RGB", "RGBA", "L", "LA", "P", "1", "I;16")}


class NotAPicture(Exception):
    """It can't be decoded as what it says it is."""


class TooManyPixels(Exception):
    """Decoded it would be too large."""


def rewrite(path: Path, media_type: str) -> tuple[int, int]:
    """Write a picture anew in its place, with what is made of it beside it; its width and height.

    Beside it: `….thumbnail`, and `….sent` where it is larger than models look at it.
    NotAPicture, TooManyPixels.
    """
    Image.MAX_IMAGE_PIXELS = None  # checked here, before anything is decoded
    warnings.simplefilter("ignore")
    name = FORMATS[media_type]
    try:
        with Image.open(path, formats=[name]) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise TooManyPixels
            return _rewritten(picture, path, name)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise NotAPicture from error


def _rewritten(picture: Any, path: Path, name: str) -> tuple[int, int]:
    new = path.with_name(f"{path.name}.new")
    # The further pictures in a phone's JPEG (a depth, a thumbnail) are no frames of it.
    frames = 1 if name == "JPEG" else getattr(picture, "n_frames", 1)
    is_moving = frames > 1 and frames * picture.width * picture.height <= MAX_MOVING_PIXELS
    if is_moving:
        still = _copied(picture)
        _save_moving(picture, new, name)
    else:
        still = _copied(picture)
        ImageOps.exif_transpose(still, in_place=True)
        still = _bare(still, name)
        still.save(new, name, **_options(name))
    size: tuple[int, int] = still.size
    if max(size) > SENT_SIDE:
        _save_smaller(still, path.with_name(f"{path.name}.sent"), name, SENT_SIDE)
    _save_smaller(still, path.with_name(f"{path.name}.thumbnail"), name, THUMBNAIL_SIDE)
    new.replace(path)
    return size


def _copied(picture: Any) -> Any:
    picture.seek(0)
    picture.load()
    return picture


def _bare(picture: Any, name: str) -> Any:
    """The pixels alone, in a mode that the format can hold."""
    modes = MODES.get(name)
    if modes and picture.mode not in modes:
        picture = picture.convert("RGB" if name == "JPEG" else "RGBA")
    icc = picture.info.get("icc_profile")
    transparency = picture.info.get("transparency")
    picture.info = {}
    if isinstance(icc, bytes) and len(icc) < 100_000 and name != "GIF":
        picture.info["icc_profile"] = icc
    if transparency is not None:
        picture.info["transparency"] = transparency
    return picture


def _options(name: str) -> dict[str, Any]:
    if name == "JPEG":
        return {"quality": 92}
    return {"compress_level": 4} if name == "PNG" else {}


def _save_moving(picture: Any, path: Path, name: str) -> None:
    frames = [frame.copy() for frame in ImageSequence.Iterator(picture)]
    pauses = [frame.info.get("duration", 100) for frame in frames]
    for frame in frames:
        frame.info = {}
    loop = picture.info.get("loop", 0)
    frames[0].save(path, name, save_all=True, append_images=frames[1:], duration=pauses, loop=loop)


def _save_smaller(picture: Any, path: Path, name: str, side: int) -> None:
    """At `side` at most. The large one is not copied first: one may have 160 MB."""
    if name == "GIF" or picture.mode in ("P", "1", "I;16"):
        picture = picture.convert("RGBA")
    share = min(1, side / max(picture.size))
    size = tuple(max(1, round(length * share)) for length in picture.size)
    smaller = picture.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
    name = "PNG" if name == "GIF" else name
    with suppress(KeyError):
        del smaller.info["exif"]
    _bare(smaller, name).save(path, name, **_options(name))
