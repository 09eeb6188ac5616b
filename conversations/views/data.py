"""My data: links that I made, everything of mine to take along, and what I bring from elsewhere."""

from collections.abc import AsyncIterator, Iterator

from asgiref.sync import sync_to_async
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from chatapp.accounts.models import User
from conversations.models import Import, Share
from conversations.models.archive_of_person import archive_of
from conversations.models.database import in_database
from conversations.models.importing import MAX_UPLOAD
from conversations.views.api import Refused
from conversations.views.shares import described, revoke

SHOWN = 200


@require_safe
@login_required
def data(request: HttpRequest) -> HttpResponse:
    """The page."""
    assert isinstance(request.user, User), "only for those signed in"
    shares = Share.objects.visible_to(request.user).open().order_by("-created_at")[:SHOWN]
    context = {
        "shares": [(share, described(request, share)["url"]) for share in shares],
        "imports": Import.objects.visible_to(request.user).order_by("-created_at")[:10],
        "max_upload": MAX_UPLOAD,
    }
    return render(request, "conversations/data.html", context)


@require_POST
@login_required
def revoke_share(request: HttpRequest, share_id: int) -> HttpResponse:
    """Have a link lead nowhere, from the list of all of mine."""
    assert isinstance(request.user, User), "only for those signed in"
    try:
        revoke(request.user, share_id)
    except Refused as refused:
        raise Http404 from refused
    messages.success(request, _("The link leads nowhere any more."))
    return redirect("conversations:data")


@require_safe
async def export_all(request: HttpRequest) -> HttpResponseBase:
    """Everything of mine as a zip, which is made while it is sent."""
    user = request.user
    if not isinstance(user, User):
        target = await sync_to_async(reverse)("accounts:sign-in")
        return redirect(f"{target}?next={request.path}")
    answer = StreamingHttpResponse(_pieces(archive_of(user)), content_type="application/zip")
    name = f"chatapp-{timezone.now():%Y-%m-%d}.zip"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


async def _pieces(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Each made on a thread of the database's, when the one before has been sent."""
    while (piece := await in_database(next, pieces, b"")) != b"":
        yield piece
