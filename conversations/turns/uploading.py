"""A file that a person gives, or a script of theirs: looked at and stored, or why it is not."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext_noop as _

from conversations.files.checking import NotTaken
from conversations.files.kinds import MAX_BYTES, kind_of
from conversations.models import Attachment
from conversations.models.attachment import bytes_of, erase
from conversations.models.database import in_database
from conversations.models.keeping import has_room, incoming, keep
from conversations.turns.files import checked

if TYPE_CHECKING:
    from chatapp.accounts.models import User

TYPE = _("Files of this type are not taken.")
SENTENCES = {
    "type": TYPE,
    "disagrees": _("This file is not what its name says it is."),
    "encoding": _("This is no text in UTF-8."),
    "pixels": _("This picture has more than 40 megapixels."),
    "pages": _("This PDF has more than 2,000 pages."),
    "locked": _("This PDF is locked by a password."),
    "broken": _("This file is damaged, or is not what its name says it is."),
    "effort": _("This file takes too much effort to read."),
}
QUOTA = _("Your files may have {number} MB in all. Delete some conversations with files.")


class NotStored(Exception):
    """Why a file is not: a status of HTTP, a `reason`, a word for it, and a `sentence`, marked for
    translation, with what it names.
    """

    def __init__(self, status: int, reason: str, sentence: str, **values: object) -> None:
        self.status, self.reason, self.sentence, self.values = status, reason, sentence, values
        super().__init__(sentence.format(**values))


def check_name(name: str) -> None:
    """NotStored for the name of a file that is not taken, whatever is in it."""
    if kind_of(name) is None:
        raise NotStored(415, "type", TYPE)


async def stored(
    user: "User", name: str, write: Callable[[Path], int], save: Callable[[Attachment], None]
) -> Attachment:
    """What `write` writes at a path, and says the size of, looked at, and stored by `save`;
    NotStored. Nothing is left where it is not.
    """
    path = incoming()
    try:
        size = await asyncio.to_thread(write, path)
        _check_size(size)
        await in_database(_check_room, user, size)
        found = await checked(path, name)
        return await in_database(keep, user.pk, name, path, found, save)
    except NotTaken as error:
        raise NotStored(422, error.reason, SENTENCES[error.reason]) from error
    except OSError as error:
        sentence = _("The file could not be stored just now.")
        raise NotStored(507, "storage", sentence) from error
    finally:
        await asyncio.to_thread(erase, path)


def write_bytes(data: bytes, path: Path) -> int:
    """Write a file that is in memory; how long it is."""
    path.touch(0o600)
    return path.write_bytes(data)


def _check_size(size: int) -> None:
    if size > MAX_BYTES:
        raise NotStored(413, "size", _("A file may have 25 MB at the most."))
    if not size:
        raise NotStored(422, "empty", _("This file is empty."))


def _check_room(user: "User", size: int) -> None:
    if not has_room(bytes_of(user), size):
        raise NotStored(413, "quota", QUOTA, number=settings.UPLOAD_QUOTA_MB)
