"""What a person brings from elsewhere: the upload, how far it is, and what became of it."""

import base64
import logging
import os
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from conversations.models.archives import Archive, BadArchive
from conversations.models.belongings import FOLDERS, MEMORY, bring, put_away
from conversations.models.conversation import TITLE_LENGTH, Conversation
from conversations.models.planting import plant
from conversations.models.tagging import give_all
from conversations.protocol.ids import new_id
from conversations.protocol.imports import formats
from conversations.protocol.imports.chat import FILE, Chat, Unreadable
from conversations.protocol.items import Item

if TYPE_CHECKING:
    from chatapp.accounts.models import User

logger = logging.getLogger(__name__)

MAX_UPLOAD = 512 * 1024 * 1024
MAX_CHATS = 50_000
MAX_PICTURES = 128 * 1024 * 1024  # bytes of those in one conversation, which is made in memory
COUNTED = 500  # conversations, between two signs of life
SOURCE_ID = 200
ABANDONED = timedelta(seconds=30)
GIVEN_UP = timedelta(days=1)
KINDS = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpeg", b"GIF8": "gif"}


class NotKept(Exception):
    """The server could not write what was uploaded; nothing of it is kept."""


class ImportQuerySet(models.QuerySet["Import"]):
    def visible_to(self, user: "User") -> Self:
        """The only question of who may see an import: whose it is."""
        return self.filter(owner=user)


class Import(models.Model):
    """A file that somebody uploaded to have its conversations here, and how far that is.

    `beaten_at` is when the process that takes it in was last seen to: one that died is followed by
    whichever is next asked about it, which goes on after what was taken.
    """

    class Status(models.TextChoices):
        RECEIVING = "receiving"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    id = models.CharField(
        primary_key=True, max_length=60, default=partial(new_id, "import"), editable=False
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="imports")
    name = models.CharField(max_length=200, blank=True)
    size = models.BigIntegerField()
    received = models.BigIntegerField(default=0)
    total = models.PositiveIntegerField(
        null=True, help_text="How many conversations are in it, once they are counted."
    )
    brought = models.JSONField(
        default=dict,
        db_default=models.Value({}, models.JSONField()),
        help_text="What came beside conversations: how much, by what became of it.",
    )
    again = models.BooleanField(default=False, help_text="Whether to take what is here already.")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.RECEIVING)
    reason = models.CharField(max_length=40, blank=True, help_text="Why it could not be read on.")
    created_at = models.DateTimeField(auto_now_add=True)
    beaten_at = models.DateTimeField(null=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["owner", "-created_at"], name="imports_of_person"),
        ]

    def __str__(self) -> str:
        return self.name or self.pk

    @property
    def path(self) -> Path:
        return folder() / self.pk

    def receive(self, at: int, piece: bytes) -> bool:
        """Keep the next piece of the file; False when it is not the next, too much, or given up.

        NotKept when it can't be written, as on a full disk: then the import has failed.
        """
        if self.status != self.Status.RECEIVING or at != self.received:
            return False
        if at + len(piece) > self.size:
            return False
        try:
            if not _write(self.path, at, piece):
                return False
        except OSError as error:
            self._give_up(error)
            raise NotKept from error
        rows = Import.objects.filter(pk=self.pk, received=at)
        if not rows.update(received=at + len(piece)):
            return False
        self.received = at + len(piece)
        return True

    def _give_up(self, error: OSError) -> None:
        logger.error("%s: the upload could not be kept: %s", self.pk, error.strerror or error)
        receiving = Import.objects.filter(pk=self.pk, status=self.Status.RECEIVING)
        receiving.update(status=self.Status.FAILED, reason="not_kept")
        self.discard()

    def claim(self) -> bool:
        """Whether this process is to take it in: it is all here, and nobody is at it."""
        now = timezone.now()
        free = models.Q(status=self.Status.RECEIVING, received=models.F("size"))
        left = models.Q(status=self.Status.RUNNING, beaten_at__lt=now - ABANDONED)
        rows = Import.objects.filter(free | left, pk=self.pk)
        return bool(rows.update(status=self.Status.RUNNING, beaten_at=now))

    def beat(self) -> bool:
        """Somebody is at it; False when it has ended meanwhile."""
        running = Import.objects.filter(pk=self.pk, status=self.Status.RUNNING)
        return bool(running.update(beaten_at=timezone.now()))

    def end(self, reason: str = "") -> None:
        """It is done, or can't be read on; the upload is of no use any more."""
        status = self.Status.FAILED if reason else self.Status.DONE
        running = Import.objects.filter(pk=self.pk, status=self.Status.RUNNING)
        running.update(status=status, reason=reason)
        self.discard()

    def discard(self) -> None:
        self.path.unlink(missing_ok=True)


def _write(path: Path, at: int, piece: bytes) -> bool:
    """Write at a place of a file; False when what goes before it is gone."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Nothing is cut off: a piece that was sent twice may come when others have followed it.
    try:
        descriptor = os.open(path, os.O_WRONLY | (0 if at else os.O_CREAT), 0o600)
    except FileNotFoundError:
        return False
    with os.fdopen(descriptor, "wb") as file:
        file.seek(at)
        file.write(piece)
    return True


def folder() -> Path:
    """Where the uploads are until they are taken in."""
    return Path(settings.DATA_DIR) / "imports"


def sweep(now: datetime | None = None) -> int:
    """Delete the uploads that nobody sends on, and those of nobody; how many there were."""
    before = (now or timezone.now()) - GIVEN_UP
    statuses = Import.Status
    Import.objects.filter(status=statuses.RECEIVING, created_at__lt=before).delete()
    wanted = Import.objects.filter(status__in=(statuses.RECEIVING, statuses.RUNNING))
    kept, removed = set(wanted.values_list("pk", flat=True)), 0
    for path in folder().glob("*"):
        with suppress(FileNotFoundError):  # it was taken in meanwhile
            if path.name not in kept and path.stat().st_mtime < before.timestamp():
                path.unlink()
                removed += 1
    return removed


class ImportedChat(models.Model):
    """What became of one conversation of an import; `source_id` tells it when it comes again."""

    class Outcome(models.TextChoices):
        TAKEN = "taken"
        KNOWN = "known"
        UNREADABLE = "unreadable"

    of = models.ForeignKey(Import, models.CASCADE, related_name="chats")
    number = models.PositiveIntegerField(help_text="Its place in the file.")
    source = models.CharField(max_length=20, blank=True)
    source_id = models.CharField(max_length=SOURCE_ID, blank=True)
    title = models.CharField(max_length=TITLE_LENGTH, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    conversation = models.ForeignKey(
        Conversation, models.SET_NULL, null=True, related_name="imported_as"
    )
    answers = models.PositiveIntegerField(default=0)
    left = models.JSONField(
        default=dict, help_text="What was not taken of it: how often, by reason."
    )
    reason = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["of", "number"], name="imported_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["source", "source_id"], name="imported_from"),
        ]

    def __str__(self) -> str:
        return self.title or str(self.pk)


def run(import_: Import, stopped: Callable[[], bool] = lambda: False) -> None:
    """Take in what was claimed, one conversation after the other, each in a transaction.

    What was taken before this process began is not taken again. Returns early when `stopped`, and
    when it waited so long that it was done by somebody who thought it abandoned.
    """
    if not import_.beat():
        return
    try:
        archive = Archive(import_.path)
    except (BadArchive, OSError) as error:
        import_.end(getattr(error, "reason", "gone"))
        return
    try:
        _run(import_, archive, stopped)
    except BadArchive as error:
        import_.end(error.reason)
    finally:
        archive.close()


def _run(import_: Import, archive: Archive, stopped: Callable[[], bool]) -> None:
    if import_.total is None and not _count(import_, archive, stopped):
        return
    if not import_.brought:
        found = bring(import_.owner, archive.member(FOLDERS), archive.member(MEMORY))
        import_.brought = found
        import_.save(update_fields=["brought"])
    done = set(import_.chats.values_list("number", flat=True))
    for number, document in enumerate(archive.documents()):
        if number >= MAX_CHATS:
            raise BadArchive("too_many")
        if stopped():
            return
        if number not in done:
            _take(import_, number, document, archive)
            import_.beat()
    import_.end("" if import_.brought or import_.chats.exists() else "nothing")


def _count(import_: Import, archive: Archive, stopped: Callable[[], bool]) -> bool:
    """Count what is to be taken, as far as it can be read; False when `stopped` before the end."""
    total = 0
    try:
        for total, _ in enumerate(archive.documents(), 1):
            if total >= MAX_CHATS:
                break
            if total % COUNTED == 0:
                if stopped():
                    return False
                import_.beat()
    except BadArchive as error:
        # What stands before that is taken all the same; then the import ends with the reason.
        logger.info("%s: counted up to what can't be read: %s", import_.pk, error.reason)
    import_.total = total
    import_.save(update_fields=["total"])
    return import_.beat()


def _take(import_: Import, number: int, document: Any, archive: Archive) -> None:
    entry = ImportedChat(of=import_, number=number)
    try:
        chat = formats.read(document)
    except Unreadable as error:
        entry.outcome, entry.reason = ImportedChat.Outcome.UNREADABLE, error.reason
        entry.title = " ".join(error.title.split())[:TITLE_LENGTH]
        entry.save()
        return
    entry.source, entry.source_id = chat.source, chat.source_id[:SOURCE_ID]
    entry.title = " ".join(chat.title.split())[:TITLE_LENGTH]
    known = None if import_.again else _known(import_, entry)
    if known is not None:
        entry.outcome, entry.conversation = ImportedChat.Outcome.KNOWN, known.conversation
        entry.save()
        return
    _plant(import_, entry, chat, archive)


def _known(import_: Import, entry: ImportedChat) -> ImportedChat | None:
    """What was taken of the same conversation before, if it still is there."""
    if not entry.source_id:
        return None
    same = ImportedChat.objects.filter(
        source=entry.source,
        source_id=entry.source_id,
        of__owner=import_.owner_id,
        conversation__deleted_at=None,
        conversation__isnull=False,
    )
    return same.select_related("conversation").first()


def _plant(import_: Import, entry: ImportedChat, chat: Chat, archive: Archive) -> None:
    left = Counter(chat.left)

    def stored(conversation: Conversation, _: Mapping[str, str]) -> None:
        entry.outcome, entry.conversation = ImportedChat.Outcome.TAKEN, conversation
        entry.answers = len(chat.answers)
        left["tags"] = give_all(conversation, chat.tags)
        left["folders"] = put_away(conversation, chat.folder)
        entry.left = {reason: number for reason, number in left.items() if number}
        entry.save()

    plant(chat, import_.owner, _Pictures(archive, left).put_in, stored)


class _Pictures:
    """The pictures that a conversation names; what there is not, or too much of, is counted."""

    def __init__(self, archive: Archive, left: Counter[str]) -> None:
        self._archive, self._left, self._room = archive, left, MAX_PICTURES
        self._known: dict[int, tuple[Item | None, int]] = {}

    def put_in(self, items: list[Item]) -> list[Item]:
        """The items with the pictures that they name, which the API writes into them.

        Answers to one question have its very items: each is looked at once, and stored with each.
        """
        found = []
        for item in items:
            if id(item) not in self._known:
                room = self._room
                self._known[id(item)] = self._with_pictures(item), room - self._room
            elif self._room < self._known[id(item)][1]:
                self._left["many_files"] += 1
                continue
            else:
                self._room -= self._known[id(item)][1]
            found.append(self._known[id(item)][0])
        return [item for item in found if item is not None]

    def _with_pictures(self, item: Item) -> Item | None:
        if _names(item):
            image = self._named(item[FILE])
            if image is None:
                return None
            rest = {key: value for key, value in item.items() if key != FILE}
            return {**rest, "output_format": image[0], "result": image[1]}
        content = item.get("content")
        if not isinstance(content, list) or not any(map(_names, content)):
            return item
        parts = [self._part(part) if _names(part) else part for part in content]
        return {**item, "content": [part for part in parts if part is not None]}

    def _part(self, part: Item) -> Item | None:
        image = self._named(part[FILE])
        if image is None:
            return None
        url = f"data:image/{image[0]};base64,{image[1]}"
        return {"type": "input_image", "image_url": url, "detail": "auto"}

    def _named(self, name: str) -> tuple[str, str] | None:
        """(format, base64) of a picture, by what its bytes say that it is."""
        content = self._archive.asset(name)
        if content is None:
            self._left["missing_files"] += 1
            return None
        kind = next((kind for mark, kind in KINDS.items() if content.startswith(mark)), None)
        if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
            kind = "webp"
        if kind is None or len(content) > self._room:
            self._left["many_files" if kind else "files"] += 1
            return None
        self._room -= len(content)
        return kind, base64.b64encode(content).decode()


def _names(part: Any) -> bool:
    """Whether a file of the archive is to stand in the place of this."""
    return isinstance(part, dict) and isinstance(part.get(FILE), str)
