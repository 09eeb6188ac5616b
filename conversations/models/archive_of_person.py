"""Everything of a person's as a zip, made piece by piece: no more than a conversation in memory."""

import json
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.text import slugify

from conversations.models.api_key import ApiKey
from conversations.models.assistant import Assistant
from conversations.models.attachment import Attachment
from conversations.models.belongings import FOLDERS, MEMORY, folders_as_json, memory_as_json
from conversations.models.conversation import Conversation
from conversations.models.export import as_json, as_markdown
from conversations.models.prompt import Prompt

if TYPE_CHECKING:
    from chatapp.accounts.models import User

NAME_LENGTH = 60
OF_KEYS = ("name", "begins", "created_at", "expires_at", "revoked_at", "used_at", "used_from")
OF_USES = ("month", "answers", "tokens", "cost", "currency")
PIECE = 256 * 1024


class _Sink:
    """A file that only goes on; what was written is taken from it as it comes."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self.size = 0

    def write(self, content: Any) -> int:
        self._pieces.append(bytes(content))
        self.size += len(content)
        return len(content)

    def flush(self) -> None:
        pass

    def take(self) -> bytes:
        taken, self._pieces, self.size = b"".join(self._pieces), [], 0
        return taken


def archive_of(person: "User") -> Iterator[bytes]:
    """The pieces of the zip. Each step asks the database anew, so that any thread may take it.

    `conversations.json` holds all that are listed in our format, which can be imported, as can
    `folders.json` and `memory.json`; beside it each as Markdown to read, and what else the person
    made. Nothing of a temporary one leaves.
    """
    sink = _Sink()
    # The types ask for a file that can be read and sought; one that is written needs neither.
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        for _ in _written(archive, person):
            if sink.size >= PIECE:
                yield sink.take()
    yield sink.take()


def _written(archive: zipfile.ZipFile, person: "User") -> Iterator[None]:
    own = Conversation.objects.visible_to(person).listed()
    ids = list(own.order_by("created_at", "pk").values_list("pk", flat=True))
    with archive.open("conversations.json", "w", force_zip64=True) as file:
        file.write(b"[")
        between = b"\n"
        for id_ in ids:
            if conversation := own.filter(pk=id_).first():
                file.write(between + _json(as_json(conversation)))
                between = b",\n"
            yield
        file.write(b"\n]\n")
    for id_ in ids:
        if conversation := own.filter(pk=id_).first():
            archive.writestr(_name(conversation), as_markdown(conversation))
        yield
    for kept in _files(person):
        if kept.path.exists():
            archive.write(kept.path, f"files/{kept.pk}/{kept.name}")
        yield
    for name, kind in (("assistants", Assistant), ("prompts", Prompt)):
        rows = kind.objects.filter(owner=person).values()
        archive.writestr(f"{name}.json", _json(list(rows)))
        yield
    archive.writestr("api_keys.json", _json(list(_keys(person))))
    yield
    archive.writestr(FOLDERS, _json(folders_as_json(person)))
    yield
    archive.writestr(MEMORY, _json(memory_as_json(person)))
    yield


def _files(person: "User") -> list[Attachment]:
    """Those of messages that are listed and of folders."""
    own = Attachment.objects.owned_by(person)
    listed = Conversation.objects.filter(expires_at=None, deleted_at=None)
    lasting = own.filter(responses__conversation__in=listed)
    given = own.filter(given_to__conversation__in=listed)
    ids = set(lasting.values_list("pk", flat=True)) | set(given.values_list("pk", flat=True))
    wanted = models.Q(pk__in=ids) | models.Q(folder__isnull=False)
    return list(own.filter(wanted).defer("text").order_by("pk"))


def _keys(person: "User") -> Iterator[dict[str, Any]]:
    """What is known of each, which is not the key itself, and what it has used in each month."""
    for key in ApiKey.objects.of(person).prefetch_related("uses"):
        known = {name: getattr(key, name) for name in OF_KEYS}
        uses = [{name: getattr(use, name) for name in OF_USES} for use in key.uses.all()]
        yield {**known, "uses": uses}


def _name(conversation: Conversation) -> str:
    title = slugify(conversation.title, allow_unicode=True)[:NAME_LENGTH].strip("-")
    return (
        f"markdown/{conversation.created_at:%Y-%m-%d}-{title or 'chat'}-{conversation.pk[-6:]}.md"
    )


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, default=str).encode()
