"""/v1/files: the files of the key's person, those that were attached in the chat among them.

What is uploaded here can be named in requests and attached in the chat. It is kept until it
expires, and beyond that as long as a message or a folder has it.
"""

import asyncio
import shutil
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import content_disposition_header

from conversations.files.kinds import safe_name
from conversations.gateway.operations import JSON, WITH_BODY, Example, Query, operation
from conversations.gateway.paging import asked_of, number_in, page, paging
from conversations.gateway.refusals import Refusal, bad
from conversations.gateway.shapes import deleted, one_of, page_of, sdk, text
from conversations.gateway.unstored import refusal_of_file
from conversations.models import ApiKey, Attachment
from conversations.models.attachment import UNUSED_FOR, AttachmentQuerySet
from conversations.models.database import in_database
from conversations.turns.uploading import NotStored, check_name, stored

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

PURPOSES = ("assistants", "user_data", "vision")
FIELDS = ("purpose", "expires_after[anchor]", "expires_after[seconds]")
SOONEST, LATEST = 3600, 30 * 24 * 3600
MOST_LISTED = 10_000


@operation(
    "createFile",
    "Upload a file",
    meaning="It can be named in requests and attached in the chat, until it expires, and beyond"
    " that as long as a message or a folder has it.",
    body={
        "type": "object",
        "properties": {
            "file": {"type": "string", "format": "binary", "description": "Its bytes."},
            "purpose": {**one_of(*PURPOSES), "description": "What it is for."},
            "expires_after[anchor]": {
                **one_of("created_at"),
                "description": "From when the seconds count.",
            },
            "expires_after[seconds]": {
                "type": "integer",
                "minimum": SOONEST,
                "maximum": LATEST,
                "description": "How long it is kept though nothing uses it.",
            },
        },
        "required": ["file", "purpose"],
        "additionalProperties": False,
    },
    body_type="multipart/form-data",
    answers={JSON: sdk("FileObject")},
    refuses=WITH_BODY,
    makes={"file_id": "/id"},
)
async def create(request: HttpRequest, key: ApiKey) -> HttpResponseBase:
    """Take the `file` of a form, for a `purpose`."""
    form, file = await asyncio.to_thread(_form_of, request)
    purpose, seconds = _purpose(form), _seconds(form)
    name = safe_name(file.name or "")

    def save(row: Attachment) -> None:
        row.purpose, row.expires_at = purpose, row.created_at + seconds
        row.save(force_insert=True)

    try:
        check_name(name)
        row = await stored(key.owner, name, lambda path: _write(file, path), save)
    except NotStored as error:
        raise refusal_of_file(error, "file") from error
    return JsonResponse(_shown(row, is_used=False))


@operation(
    "listFiles",
    "List the files",
    meaning="Those of the key's person, in pages.",
    query=(
        *paging("file", MOST_LISTED, MOST_LISTED),
        Query("purpose", "Only those that were uploaded for this.", text()),
    ),
    answers={JSON: page_of(sdk("FileObject"))},
    refuses=(400,),
    makes={"file_id": "/data/0/id"},
    example=Example("files.list"),
)
async def files(request: HttpRequest, key: ApiKey) -> HttpResponseBase:
    """Those that there are, a page of them: `limit` behind the one that is named `after`."""
    return JsonResponse(await in_database(_page_of, key, request.GET))


@operation(
    "retrieveFile",
    "Read what a file is",
    meaning="Its name, its size, and until when it is kept.",
    answers={JSON: sdk("FileObject")},
    refuses=(404,),
    example=Example("files.retrieve"),
)
async def file(_: HttpRequest, key: ApiKey, file_id: str) -> HttpResponseBase:
    """What one of them is."""
    row = await in_database(_found, key, file_id)
    return JsonResponse(_shown(row, is_used=row.is_used))


@operation(
    "downloadFile",
    "Download a file",
    meaning="Of a picture these are the bytes that were made of it: written anew, with nothing"
    " hidden.",
    answers={"*/*": {}},
    refuses=(404,),
)
async def content(_: HttpRequest, key: ApiKey, file_id: str) -> HttpResponseBase:
    """Its bytes. Of a picture these are what was made of it: written anew, with nothing hidden."""
    row = await in_database(_found, key, file_id)
    try:
        data = await asyncio.to_thread(row.path.read_bytes)
    except FileNotFoundError as error:
        raise no_such_file(file_id) from error
    answer = HttpResponse(data, row.kind.served_as)
    answer["Content-Disposition"] = content_disposition_header(True, row.name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "no-store, private"
    return answer


@operation(
    "deleteFile",
    "Delete a file",
    meaning="Gone for good, unless a message or a folder has it: then it goes with that.",
    answers={JSON: deleted("file")},
    refuses=(404, 409),
    example=Example("files.delete"),
)
async def delete(_: HttpRequest, key: ApiKey, file_id: str) -> HttpResponseBase:
    """Gone for good, unless a message or a folder has it: then it goes with that."""
    await in_database(_delete, key, file_id)
    return JsonResponse({"id": file_id, "object": "file", "deleted": True})


def no_such_file(file_id: str) -> Refusal:
    return Refusal(404, f"No such File object: {file_id[:80]}", None, "id")


def _form_of(request: HttpRequest) -> tuple[Mapping[str, str], "UploadedFile[Any]"]:
    """The fields of a form, and its file, which lies on the disk; Refusal."""
    if request.content_type != "multipart/form-data":
        raise Refusal(400, "A form (multipart/form-data) is expected here.", "invalid_form")
    request.upload_handlers = [TemporaryFileUploadHandler(request)]
    try:
        form, files = request.POST, request.FILES
    except (MultiPartParserError, SuspiciousOperation, UnreadablePostError) as error:
        raise Refusal(
            400, "We could not parse the form of your request.", "invalid_form"
        ) from error
    for name in (*form, *files):
        if name not in (*FIELDS, "file"):
            raise bad(name[:80], "This is not known here.", "unknown_parameter")
    file = files.get("file")
    if file is None:
        raise _missing("file")
    return form.dict(), file


def _purpose(form: Mapping[str, str]) -> str:
    purpose = form.get("purpose")
    if purpose is None:
        raise _missing("purpose")
    if purpose not in PURPOSES:
        raise bad("purpose", f"One of {', '.join(PURPOSES)} is possible here.")
    return purpose


def _seconds(form: Mapping[str, str]) -> timedelta:
    """How long it is kept though nothing uses it."""
    anchor, seconds = (form.get(f"expires_after[{name}]") for name in ("anchor", "seconds"))
    if anchor is None and seconds is None:
        return UNUSED_FOR
    if anchor != "created_at":
        raise bad("expires_after.anchor", "Only created_at is possible here.")
    number = number_in(seconds or "")
    if number is None or not SOONEST <= number <= LATEST:
        raise bad("expires_after.seconds", f"Between {SOONEST} and {LATEST} is possible.")
    return timedelta(seconds=number)


def _write(file: "UploadedFile[Any]", path: Path) -> int:
    path.touch(0o600)
    with path.open("wb") as target:
        shutil.copyfileobj(file, target, 256 * 1024)
        return target.tell()


def _own(key: ApiKey) -> AttachmentQuerySet:
    """Those of the key's person that are there: not expired, nor of a conversation that was deleted
    or is not kept.
    """
    own = Attachment.objects.owned_by(key.owner).usable_by(key.owner_id).named().with_use()
    lasting = Q(is_used=True) | Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    return own.filter(lasting).defer("text")


def _found(key: ApiKey, file_id: str) -> Attachment:
    row = _own(key).filter(pk=file_id).first()
    if row is None:
        raise no_such_file(file_id)
    return row


def _page_of(key: ApiKey, given: Mapping[str, str]) -> dict[str, Any]:
    asked = asked_of(given, MOST_LISTED, MOST_LISTED)
    found = _own(key)
    if "purpose" in given:
        found = found.filter(purpose=given["purpose"].replace("\0", ""))
    if asked.after is not None:
        last = asked.after.replace("\0", "")
        if not _own(key).filter(pk=last).exists():
            raise bad("after", "There is no such file.")
        found = found.filter(**{"pk__lt" if asked.is_descending else "pk__gt": last})
    rows = found.order_by("-pk" if asked.is_descending else "pk")[: asked.limit + 1]
    return page([_shown(row, is_used=row.is_used) for row in rows], asked.limit)


def _delete(key: ApiKey, file_id: str) -> None:
    _found(key, file_id)
    if not Attachment.objects.filter(pk=file_id).unused().remove():
        said = "A message or a folder has this file: it goes with it."
        raise Refusal(409, said, "file_in_use", "id", retry=False)


def _shown(row: Attachment, *, is_used: bool) -> dict[str, Any]:
    """The API's object; what is used has no end of its own."""
    return {
        "id": row.pk,
        "object": "file",
        "bytes": row.size,
        "created_at": int(row.created_at.timestamp()),
        "expires_at": None if is_used else int(_end_of(row).timestamp()),
        "filename": row.name,
        "purpose": row.purpose,
        "status": "processed",
        "status_details": None,
    }


def _end_of(row: Attachment) -> datetime:
    return row.expires_at or row.created_at + UNUSED_FOR


def _missing(name: str) -> Refusal:
    said = f"Missing required parameter: '{name}'."
    return Refusal(400, said, "missing_required_parameter", name)
