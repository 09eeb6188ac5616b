"""Receiving a file to import, piece by piece, and taking it in beside everything else.

Pieces are small, so that no request is larger than others are; whoever has no scripts sends the
file with a form. A thread of its own takes it in; one at a time in a process.
"""

import asyncio
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError, close_old_connections
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chatapp.accounts.models import User
from conversations.models import Import, ImportedChat
from conversations.models.database import in_database
from conversations.models.folder import folders_of
from conversations.models.importing import MAX_UPLOAD, NotKept, run
from conversations.turns import notices
from conversations.views.api import Refused, body_of, for_people

logger = logging.getLogger(__name__)

MAX_PIECE = 1024 * 1024
SHOWN = 500
AT_ONCE = 3
NO_IMPORT = Refused(404, "not_found", "This import does not exist.")
NOT_KEPT = Refused(
    507,
    "not_kept",
    "The server could not keep the file. Tell whoever runs it, and try again later.",
)
THREADS = ThreadPoolExecutor(max_workers=1, thread_name_prefix="import")

_tasks: set[asyncio.Task[None]] = set()
_ending = threading.Event()


@require_POST
@for_people
async def imports(request: HttpRequest, user: User) -> HttpResponseBase:
    """Begin an import: of a file of this name and size, whose pieces follow."""
    match body_of(request):
        case {"name": str(name), "size": int(size), "again": bool(again), **rest} if not rest:
            if size is True or not 0 < size <= MAX_UPLOAD:
                raise Refused(413, "too_large", "This file is too large to import.")
            begun = await in_database(_begin, user, name, size, again)
            return JsonResponse({"id": begun.pk}, status=201)
    raise Refused(400, "invalid_import", "A name, a size and a choice begin an import.")


@require_http_methods(["GET", "PUT"])
@for_people
async def import_(request: HttpRequest, user: User, import_id: str) -> HttpResponseBase:
    """How far an import is; or its next piece, which begins `?at=` so many bytes."""
    found = await in_database(_own, user, import_id)
    if request.method == "PUT":
        at, piece = request.GET.get("at", ""), request.read(MAX_PIECE + 1)
        if not at.isdecimal() or len(at) > 18 or len(piece) > MAX_PIECE:
            raise Refused(400, "invalid_piece", "This is no piece of the file.")
        try:
            is_next = await in_database(found.receive, int(at), piece)
        except NotKept as error:
            raise NOT_KEPT from error
        if not is_next:
            raise Refused(409, "not_next", f"The next piece begins at {found.received}.")
    await _go_on(found)
    return JsonResponse(await in_database(_progress, found))


@require_POST
@login_required
def upload(request: HttpRequest) -> HttpResponse:
    """The whole file, from the form of a browser without scripts."""
    assert isinstance(request.user, User), "only for those signed in"
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile) or not file.size:
        messages.error(request, _("Choose a file first."))
        return redirect("conversations:data")
    try:
        begun = _begin(request.user, file.name or "", file.size, "again" in request.POST)
    except Refused as refused:
        messages.error(request, _(str(refused)))
        return redirect("conversations:data")
    try:
        whole = all(begun.receive(begun.received, piece) for piece in file.chunks(MAX_PIECE))
    except NotKept:
        messages.error(request, _(str(NOT_KEPT)))
        return redirect("conversations:data")
    if not whole or begun.received < begun.size:
        _forget(begun)
        messages.error(request, _("The file did not arrive whole. Please upload it again."))
        return redirect("conversations:data")
    return redirect("conversations:import-report", begun.pk)


@require_safe
async def report(request: HttpRequest, import_id: str) -> HttpResponse:
    """What was taken of an import and what was not, conversation by conversation."""
    user = request.user
    if not isinstance(user, User):
        target = reverse("accounts:sign-in")
        return redirect(f"{target}?next={request.path}")
    own = Import.objects.visible_to(user).select_related("owner")
    found = await in_database(own.filter(pk=import_id).first)
    if found is None:
        raise Http404
    await _go_on(found)
    context = await in_database(_report, found)
    return await sync_to_async(render)(request, "conversations/import_report.html", context)


def end() -> None:
    """The process ends: what is being taken in is left to another one."""
    _ending.set()


def _begin(user: User, name: str, size: int, again: bool) -> Import:
    """A new import; those that were begun and never sent whole are given up."""
    for left in Import.objects.visible_to(user).filter(status=Import.Status.RECEIVING):
        _forget(left)
    if Import.objects.visible_to(user).filter(status=Import.Status.RUNNING).count() >= AT_ONCE:
        raise Refused(429, "too_many", "Wait for the imports that are under way.")
    return Import.objects.create(owner=user, name=name[:200], size=size, again=again)


def _forget(begun: Import) -> None:
    """It was never sent whole, and is given up; not if somebody has finished it meanwhile."""
    if Import.objects.filter(pk=begun.pk, status=Import.Status.RECEIVING).delete()[0]:
        begun.discard()


def _own(user: User, import_id: str) -> Import:
    own = Import.objects.visible_to(user).select_related("owner")
    found = own.filter(pk=import_id).first()
    if found is None:
        raise NO_IMPORT
    return found


async def _go_on(found: Import) -> None:
    """Take it in, if it is all here and nobody does, or whoever did has died."""
    if await in_database(found.claim):
        task = asyncio.ensure_future(_take_in(found))
        _tasks.add(task)
        task.add_done_callback(_tasks.discard)


async def _take_in(found: Import) -> None:
    try:
        await asyncio.get_running_loop().run_in_executor(THREADS, _run, found)
        folders = await in_database(folders_of, found.owner)
    except DatabaseError as error:
        logger.error("%s: the database is away: %s", found.pk, error)
        return
    await notices.send(found.owner_id, {"type": "folders.updated", "folders": folders})
    await notices.send(found.owner_id, {"type": "conversations.changed"})


def _run(found: Import) -> None:
    try:
        run(found, _ending.is_set)
    finally:
        close_old_connections()


def _progress(found: Import) -> dict[str, Any]:
    found.refresh_from_db()
    return {
        "id": found.pk,
        "status": found.status,
        "received": found.received,
        "size": found.size,
        "done": found.chats.count(),
        "total": found.total,
    }


def _report(found: Import) -> dict[str, Any]:
    found.refresh_from_db()
    outcomes = ImportedChat.Outcome
    chats = list(found.chats.select_related("conversation").order_by("number")[:SHOWN])
    counts = {one.value: found.chats.filter(outcome=one).count() for one in outcomes}
    done = sum(counts.values())
    return {
        "import": found,
        "done": done,
        "percent": min(done * 100 // found.total, 100) if found.total else None,
        "chats": [_line(chat) for chat in chats],
        "counts": counts,
        "more": done - len(chats),
        "brought": found.brought,
        "reason": _reasons().get(found.reason, found.reason),
        "waiting": found.status in (Import.Status.RECEIVING, Import.Status.RUNNING),
    }


def _line(chat: ImportedChat) -> dict[str, Any]:
    left = [(_left().get(reason, reason), number) for reason, number in chat.left.items()]
    return {"chat": chat, "left": left, "reason": _reasons().get(chat.reason, chat.reason)}


def _reasons() -> dict[str, str]:
    """Why a file or a conversation could not be read, for a person."""
    return {
        "zip": _("The zip archive is damaged, encrypted, or of a kind that is not read here."),
        "json": _("The file is no valid JSON, or ends too early."),
        "too_large": _("It is larger than what is read here."),
        "too_many": _("It has more messages or conversations than are taken here."),
        "too_many_files": _("The zip archive has too many files."),
        "nothing": _("There are no conversations in it."),
        "not_kept": _(
            "The server could not keep the file. Tell whoever runs it, and try again later."
        ),
        "gone": _("The uploaded file is gone. Please upload it again."),
        "unknown": _("It is no conversation of a known format."),
        "version": _("It was exported by a later version of Chatapp."),
        "empty": _("It has no messages."),
    }


def _left() -> dict[str, str]:
    """What of a conversation was not taken, for a person."""
    return {
        "broken": _("messages without a place in the tree"),
        "instructions": _("instructions to the model"),
        "hidden": _("hidden messages"),
        "tools": _("steps of tools"),
        "folders": _("folders beyond the most there can be, or with too long a name"),
        "tags": _("tags beyond the most there can be, or too long"),
        "media": _("recordings and other media"),
        "files": _("files that are no pictures"),
        "missing_files": _("pictures that are not in the file"),
        "many_files": _("pictures beyond 128 MB in one conversation"),
    }
