"""The catalogues: one file a language, sorted by sentence, compiled when the app is set up."""

from collections.abc import Iterable
from pathlib import Path

import polib

from chatapp.translation.extracting import Sentence

LOCALE = Path(__file__).resolve().parent.parent / "locale"
HEADER = {
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
}


def catalogues() -> list[Path]:
    """The files of all languages but English, which is in the source."""
    return sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))


def update(path: Path, sentences: Iterable[Sentence]) -> int:
    """Give a catalogue an empty entry for each new sentence, and take out what is no more.

    Says how many entries are empty.
    """
    catalogue = polib.pofile(str(path), wrapwidth=98)
    known = {(entry.msgid, entry.msgid_plural): entry for entry in catalogue}
    fresh = polib.POFile(wrapwidth=98)
    fresh.metadata = {**HEADER, **catalogue.metadata}
    for text, plural in sorted(sentences):
        fresh.append(known.get((text, plural)) or _empty(text, plural))
    fresh.save(str(path))
    return len(fresh.untranslated_entries())


def compile_all() -> None:
    """Write beside each catalogue what Django reads."""
    for path in catalogues():
        polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))


def _empty(text: str, plural: str) -> polib.POEntry:
    if plural:
        return polib.POEntry(msgid=text, msgid_plural=plural, msgstr_plural={0: ""})
    return polib.POEntry(msgid=text)
