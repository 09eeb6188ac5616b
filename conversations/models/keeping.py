"""A file that was looked at becomes a row, and its bytes go where that says they are."""

import uuid
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction

from conversations.files.checking import Found
from conversations.files.kinds import MEGABYTE
from conversations.models.attachment import BESIDE, INCOMING, Attachment, digest, folder
from conversations.models.response import Response

PARTIAL = ".partial-"
TIME = slice(5, 19)  # of an id: see `protocol.ids`


def incoming() -> Path:
    """Where a file may be written until it is known what becomes of it."""
    return folder() / f"{INCOMING}{uuid.uuid4().hex}"


def keep(
    owner_id: int,
    name: str,
    path: Path,
    found: Found,
    save: Callable[[Attachment], None],
    pk: str = "",
) -> Attachment:
    """The row of the file at `path`, stored by `save`; whatever that raises, it is there again."""
    facts = found._asdict() | {"text": found.text.replace("\0", "")}
    size, sha256_ = path.stat().st_size, digest(path)
    attachment = Attachment(owner_id=owner_id, name=name, size=size, sha256=sha256_, **facts)
    attachment.pk = pk or attachment.pk
    _move(path, attachment.path)
    try:
        save(attachment)
    except BaseException:
        _move(attachment.path, path)
        raise
    return attachment


def _move(path: Path, target: Path) -> None:
    for end in filter(None, BESIDE):
        with suppress(FileNotFoundError):
            path.with_name(f"{path.name}{end}").replace(target.with_name(f"{target.name}{end}"))
    path.replace(target)


def has_room(used: int, size: int) -> bool:
    """Whether somebody whose files have `used` bytes may have one of `size` more."""
    quota: int = settings.UPLOAD_QUOTA_MB * MEGABYTE
    return not quota or used + size <= quota


def id_of_made(response_id: str, source: str) -> str:
    """The id of the file that was made in an answer from this source: the same whenever, and by
    whichever process, it is kept. It sorts among others' by age, as all do.
    """
    names = sha256(f"{response_id} {source}".encode()).hexdigest()
    return f"file_{response_id[TIME]}{names[:32]}"


def made(row: Response, pk: str) -> Attachment | None:
    """What was made in an answer and kept before."""
    return Attachment.objects.filter(pk=pk, responses=row.pk).defer("text").first()


def keep_made(row: Response, pk: str, name: str, path: Path, found: Found) -> Attachment | None:
    """Keep a file that was made in an answer as long as that is; None when that was deleted.

    What another process has kept meanwhile is not kept twice.
    """
    owner_id = row.owner_id
    try:
        return keep(owner_id, name, path, found, lambda attachment: _save(attachment, row), pk)
    except IntegrityError:
        return made(row, pk)


@transaction.atomic
def _save(attachment: Attachment, row: Response) -> None:
    attachment.save(force_insert=True)
    attachment.responses.add(row)


def partial_path(response_id: str, output_index: int) -> Path:
    """Where there is what was last seen of a picture that is being drawn."""
    return folder() / f"{PARTIAL}{response_id}-{output_index}"
