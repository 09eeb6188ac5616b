"""Files of messages: uploaded, looked at, served to their owner and to reviewers, deleted."""

import asyncio
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chatapp.accounts.models import User
from conversations.files.kinds import (
    BARE_NAMES,
    KINDS,
    MAX_BYTES,
    MAX_PER_MESSAGE,
    MEGABYTE,
    picture_end,
    safe_name,
)
from conversations.files.paging import unpaged
from conversations.models import Attachment, Conversation, Folder, Response, folder_files
from conversations.models.database import in_database
from conversations.models.keeping import partial_path
from conversations.models.own_files import page_of
from conversations.protocol.files import MAX_SENT, described
from conversations.turns.files import file_of
from conversations.turns.uploading import NotStored, check_name, stored
from conversations.views.api import Refused, for_people

INDEX = re.compile(r"\d{1,4}", re.ASCII)
ID = re.compile(r"\w{1,60}", re.ASCII)
MOST_ASKED = 100


async def files(request: HttpRequest) -> HttpResponseBase:
    """A POST uploads one; else those that can be attached once more."""
    return await (upload if request.method == "POST" else listed)(request)


@require_safe
@for_people
async def listed(request: HttpRequest, user: User) -> HttpResponseBase:
    """One's own files whose names have `q`, behind the cursor `before`; a `folder`'s first."""
    asked = request.GET
    before, folder_id = asked.get("before"), asked.get("folder")
    if any(id_ is not None and not ID.fullmatch(id_) for id_ in (before, folder_id)):
        raise Refused(400, "invalid_cursor", "This is no cursor of ours.")
    page = await in_database(page_of, user, asked.get("q", ""), folder_id, before)
    return JsonResponse(page)


@require_POST
@for_people
async def upload(request: HttpRequest, user: User) -> HttpResponseBase:
    """Take the one file that is the body of the request, called `X-File-Name` (percent-encoded)."""
    return JsonResponse(told(await taken(request, user)), status=201)


async def taken(request: HttpRequest, user: User, into: Folder | None = None) -> Attachment:
    """The file that is the body of a request, looked at and stored, in a folder or not; Refused."""
    name = safe_name(unquote(request.headers.get("X-File-Name", "")))
    with refusing():
        check_name(name)
    return await kept(user, name, lambda path: _receive(request, path), into)


async def kept(
    user: User, name: str, write: Callable[[Path], int], into: Folder | None = None
) -> Attachment:
    """What `write` writes at a path, and says the size of, looked at and stored; Refused."""
    with refusing():
        return await stored(user, name, write, lambda row: _save(row, into))


@contextmanager
def refusing() -> Iterator[None]:
    """Has a file that is not stored be Refused, in the person's language."""
    try:
        yield
    except NotStored as error:
        sentence = _(error.sentence).format(**error.values)
        raise Refused(error.status, error.reason, sentence) from error


@require_safe
@for_people
async def there(request: HttpRequest, user: User) -> HttpResponseBase:
    """Which of the files `id` there are that the person may send."""
    wanted = [id_ for id_ in request.GET.getlist("id")[:MOST_ASKED] if ID.fullmatch(id_)]
    return JsonResponse({"files": await in_database(_there, user, wanted)})


@require_http_methods(["GET", "HEAD", "DELETE"])
@for_people
async def file(request: HttpRequest, user: User, file_id: str) -> HttpResponseBase:
    """The bytes of a file; DELETE takes back one that no message has."""
    if request.method == "DELETE":
        await in_database(_take_back, user, file_id)
        return HttpResponse(status=204)
    found = await in_database(_visible, user, file_id)
    return await served(found, found.path, found.kind.served_as)


@require_safe
@for_people
async def thumbnail(request: HttpRequest, user: User, file_id: str) -> HttpResponseBase:
    """A small picture of a picture."""
    found = await in_database(_visible, user, file_id)
    if not found.kind.is_image:
        raise _missing()
    is_gif = found.kind.media_type == "image/gif"
    return await served(found, found.thumbnail, "image/png" if is_gif else found.kind.media_type)


@require_safe
@for_people
async def partial(request: HttpRequest, user: User, response_id: str) -> HttpResponseBase:
    """What there is of the picture that is being drawn for the person at the `output_index` that
    `at` names; nothing (204) once it is drawn, which a page may hear of while it asks.
    """
    at = request.GET.get("at", "")
    if not INDEX.fullmatch(at) or not await in_database(_is_theirs, user, response_id):
        raise _missing()
    try:
        data = await asyncio.to_thread(partial_path(response_id, int(at)).read_bytes)
    except FileNotFoundError:
        return HttpResponse(status=204)
    end = picture_end(data[:16])
    if end is None:
        raise _missing()
    return guarded(data, KINDS[end].media_type, f"picture.{end}", inline=True)


@require_safe
@for_people
async def text(request: HttpRequest, user: User, file_id: str) -> HttpResponseBase:
    """What there is to read of a file, which is what a model that takes no files is sent."""
    found = await in_database(_visible, user, file_id)
    return JsonResponse(
        {
            **told(found),
            "text": unpaged(found.text),
            "is_cut": found.is_cut,
            "as_told": described(file_of(found), is_image=True) if found.kind.is_image else "",
        }
    )


def _receive(request: HttpRequest, path: Path) -> int:
    """Write the body down; how long it is."""
    with path.open("xb") as target:
        shutil.copyfileobj(request, target, 256 * 1024)
        size = target.tell()
    path.chmod(0o600)
    return size


def _save(attachment: Attachment, into: Folder | None) -> None:
    if into is None:
        attachment.save(force_insert=True)
        return
    try:
        folder_files.add(attachment, into)
    except folder_files.FolderFull as error:
        sentence = _("A folder may have {number} files, and {size} MB in all.")
        values = {"{number}": folder_files.MOST, "{size}": MAX_SENT // MEGABYTE}
        for place, value in values.items():
            sentence = sentence.replace(place, str(value))
        raise Refused(413, "folder_full", sentence) from error
    except Folder.DoesNotExist as error:
        raise Refused(404, "not_found", _("This folder does not exist.")) from error


def _is_theirs(user: User, response_id: str) -> bool:
    own = Conversation.objects.visible_to(user)
    return Response.objects.filter(pk=response_id, conversation__in=own).exists()


def _there(user: User, ids: list[str]) -> list[str]:
    found = Attachment.objects.usable_by(user.pk).filter(pk__in=ids)
    return list(found.values_list("pk", flat=True))


def _visible(user: User, file_id: str) -> Attachment:
    found = Attachment.objects.visible_to(user).filter(pk=file_id).first()
    if found is None:
        raise _missing()
    return found


def _take_back(user: User, file_id: str) -> None:
    own = Attachment.objects.owned_by(user).usable_by(user.pk).filter(pk=file_id)
    if not own.exists():
        raise _missing()
    if not own.unused().remove():
        raise Refused(409, "in_use", _("A message or a folder has this file: it goes with it."))


def _missing() -> Refused:
    return Refused(404, "not_found", _("This file does not exist any more."))


def limits() -> dict[str, Any]:
    """What is taken, so that a page can refuse the rest before it is sent."""
    return {
        "max_bytes": MAX_BYTES,
        "max_files": MAX_PER_MESSAGE,
        "endings": sorted(KINDS),
        "names": sorted(BARE_NAMES),
    }


async def served(found: Attachment, path: Path, content_type: str) -> HttpResponseBase:
    """Bytes that somebody uploaded: whatever they are, no browser is to run them as a page of ours.

    Only pictures, which were written anew, are shown in place; all else is a download.
    """
    return guarded(await _bytes(path), content_type, found.name, inline=found.kind.is_image)


async def _bytes(path: Path) -> bytes:
    try:
        return await asyncio.to_thread(path.read_bytes)
    except FileNotFoundError as error:
        raise _missing() from error


def guarded(data: bytes, content_type: str, name: str, *, inline: bool) -> HttpResponse:
    """An answer of bytes that are not ours, which no browser takes for anything of ours."""
    answer = HttpResponse(data, content_type)
    disposition = content_disposition_header(not inline, name)
    answer.headers["Content-Disposition"] = disposition or "attachment"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = "no-store, private"
    return answer


def told(attachment: Attachment) -> dict[str, Any]:
    return attachment.as_part() | {"has_text": bool(attachment.text)}
