"""Which files are taken: by the end of their name, which their first bytes must agree with."""

import re
import unicodedata
from typing import Literal, NamedTuple

MEGABYTE = 1024 * 1024
MAX_BYTES = 25 * MEGABYTE
MAX_PER_MESSAGE = 10
NAME_LENGTH = 200

Form = Literal["image", "pdf", "docx", "xlsx", "text", "other"]


class Kind(NamedTuple):
    """`media_type` is what a model is told; what a browser is told is in `served_as`."""

    form: Form
    media_type: str
    magic: tuple[bytes, ...] = ()

    @property
    def is_image(self) -> bool:
        return self.form == "image"

    @property
    def served_as(self) -> str:
        """Pictures and PDFs as what they are; whatever a browser might run is plain text."""
        if self.form == "text":
            return "text/plain; charset=utf-8"
        return self.media_type


OFFICE = "application/vnd.openxmlformats-officedocument"
ZIP = (b"PK\x03\x04",)
BINARY = {
    "png": Kind("image", "image/png", (b"\x89PNG\r\n\x1a\n",)),
    "jpg": Kind("image", "image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": Kind("image", "image/jpeg", (b"\xff\xd8\xff",)),
    "gif": Kind("image", "image/gif", (b"GIF87a", b"GIF89a")),
    "webp": Kind("image", "image/webp", (b"RIFF",)),
    "pdf": Kind("pdf", "application/pdf", (b"%PDF-",)),
    "docx": Kind("docx", f"{OFFICE}.wordprocessingml.document", ZIP),
    "xlsx": Kind("xlsx", f"{OFFICE}.spreadsheetml.sheet", ZIP),
}
# A file that begins like one of these is no text, whatever it is called.
NOT_TEXT = (
    *(magic for kind in BINARY.values() for magic in kind.magic if magic != b"RIFF"),
    b"MZ\x90",
    b"\x7fELF",
)

TEXTS = {
    "csv": "text/csv",
    "css": "text/css",
    "htm": "text/html",
    "html": "text/html",
    "json": "application/json",
    "md": "text/markdown",
    "markdown": "text/markdown",
    "svg": "image/svg+xml",
    "xml": "application/xml",
}
CODE = """
    bash bat bib c cc cfg clj conf cpp cs cxx dart diff elm erl ex exs fs go gql gradle graphql
    groovy h hh hpp hs ini ipynb java jl js json5 jsonl jsx kt kts less log lua m mjs ml ndjson nim
    org patch php pl pm properties proto ps1 py pyi r rb rs rst sass scala scss sh sol sql srt
    svelte swift tex text tf toml ts tsv tsx txt vb vtt vue yaml yml zig zsh
""".split()  # noqa: SIM905 (a line of seventy names reads better than seventy lines)
# The names of such files have no end at all.
BARE_NAMES = {"dockerfile", "makefile", "license", "readme", "changelog", "procfile", "gemfile"}

KINDS: dict[str, Kind] = {
    **BINARY,
    **{end: Kind("text", "text/plain") for end in CODE},
    **{end: Kind("text", media_type) for end, media_type in TEXTS.items()},
}

# Of what a provider made, all else: nobody looks into it, here or on its way to a browser.
OTHER = Kind("other", "application/octet-stream")

# What changes the direction of a text could have a name end differently than it reads.
UNSEEN = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def kind_of(name: str) -> Kind | None:
    """The kind of file that a name promises; None for one that is not taken."""
    stem, dot, end = name.rpartition(".")
    if not dot or not stem:
        return Kind("text", "text/plain") if name.lower() in BARE_NAMES else None
    return KINDS.get(end.lower())


def agrees(kind: Kind, beginning: bytes) -> bool:
    """Whether a file's first bytes are those of its kind."""
    if kind.form == "text":
        return not beginning.startswith(NOT_TEXT)
    if kind.media_type == "image/webp":
        return beginning.startswith(kind.magic) and beginning[8:12] == b"WEBP"
    return beginning.startswith(kind.magic)


def picture_end(beginning: bytes) -> str | None:
    """The end that the name of a picture has which begins like this; None for what is none."""
    pictures = (end for end, kind in BINARY.items() if kind.is_image and agrees(kind, beginning))
    return next(pictures, None)


def safe_name(name: str) -> str:
    """A name to show and to offer for saving: no folders, no control characters, not too long."""
    name = re.split(r"[/\\]", name)[-1]
    name = "".join(sign for sign in name if unicodedata.category(sign) not in ("Cc", "Cs", "Cn"))
    name = " ".join(UNSEEN.sub("", name).split()).strip()
    if len(name) > NAME_LENGTH:
        stem, dot, end = name.rpartition(".")
        is_end = bool(dot) and len(end) <= 10
        name = f"{stem[: NAME_LENGTH - 1 - len(end)]}.{end}" if is_end else name[:NAME_LENGTH]
    return name
