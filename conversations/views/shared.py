"""What a link to a conversation leads to: a page to read, for whoever holds the link.

Every link that leads nowhere, whatever the reason, answers with the same 404. Nothing can be
changed through one: a passphrase is checked and a copy made at addresses of their own.
"""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from functools import wraps
from time import time
from typing import Any

from asgiref.sync import async_to_sync
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chatapp.accounts import throttle
from chatapp.accounts.models import User
from conversations.models import Conversation, Share
from conversations.models.copied import mark
from conversations.models.export import document
from conversations.models.planting import plant
from conversations.protocol.files import file_parts
from conversations.protocol.imports import own
from conversations.protocol.made import made_parts
from conversations.protocol.visibility import shared_response
from conversations.views.files import served
from conversations.views.reading import reading

OPEN_FOR = 24 * 3600

View = Callable[..., HttpResponseBase]


def for_readers(view: View) -> View:
    """A view that is given the share of its token; no cache, list or referrer gets what it says."""

    @wraps(view)
    def wrapped(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponseBase:
        if not settings.SHARE_PUBLIC and not request.user.is_authenticated:
            return _quiet(redirect_to_login(request.get_full_path()))
        share = Share.find(token)
        if share is None:
            raise Http404
        return _quiet(view(request, share, token, **kwargs))

    return wrapped


@require_safe
@for_readers
def shared(request: HttpRequest, share: Share, token: str, form: str = "page") -> HttpResponse:
    """The conversation as it was shared, to read or, as `print`, to print."""
    if not _is_open_to(request, share):
        return _ask(request, share, token)
    if request.method == "GET" and request.user != share.owner and form == "page":
        share.seen()
    context = {
        "title": share.title,
        "share": share,
        "token": token,
        "is_own": request.user == share.owner,
    }
    responses = [_with_addresses(shared_response(row.to_api()), token) for row in share.rows()]
    if not responses:
        raise Http404
    template = "conversations/print.html" if form == "print" else "conversations/shared.html"
    return reading(request, template, responses, share.end, context)


@require_safe
@for_readers
def file(request: HttpRequest, share: Share, token: str, file_id: str) -> HttpResponseBase:
    """A file of what is shared: a picture to look at, anything else to keep."""
    found = share.file(file_id) if _is_open_to(request, share) else None
    if found is None:
        raise Http404
    return async_to_sync(served)(found, found.path, found.kind.served_as)


@csrf_exempt  # it changes nothing here: its answer lets this browser read what the link shows
@require_POST
@for_readers
def unlock(request: HttpRequest, share: Share, token: str) -> HttpResponse:
    """Check the passphrase; guesses are counted with those of passwords."""
    attempt = throttle.begin(f"share {share.pk}", throttle.address_of(request))
    if attempt is None:
        sentence = _("Too many attempts. Wait five minutes, then try again.")
        return _ask(request, share, token, sentence, 429)
    if not share.opens_with(request.POST.get("passphrase", "")):
        return _ask(request, share, token, _("This is not the passphrase."), 403)
    throttle.succeed(attempt)
    answer = redirect("conversations:shared", token)
    answer.set_cookie(
        _cookie(share),
        _proof(share),
        max_age=OPEN_FOR,
        path=f"/s/{token}/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return answer


@require_http_methods(["GET", "POST"])
@login_required
@for_readers
def go_on(request: HttpRequest, share: Share, token: str) -> HttpResponse:
    """Make a copy of it that belongs to whoever is signed in, and go there."""
    assert isinstance(request.user, User), "only for those signed in"
    if not _is_open_to(request, share):
        return redirect("conversations:shared", token)
    if request.method == "POST":
        return redirect("conversations:conversation", _copy(share, request.user))
    answer = render(request, "conversations/shared_copy.html", {"share": share, "token": token})
    # A form of ours, whose check of where it comes from needs to be told.
    answer["Referrer-Policy"] = "same-origin"
    return answer


def _copy(share: Share, person: User) -> str:
    """The id of the new conversation: what the link shows and no more, by the way of an export."""
    responses = [shared_response(row.to_api()) for row in share.rows()]
    if not responses:
        raise Http404
    chat = own.read(document(share.title, responses), most=len(responses))
    end = share.end if share.end in {answer.key for answer in chat.answers} else None
    chat = replace(chat, selected=end, updated_at=time())

    def stored(copy: Conversation, rows: Mapping[str, str]) -> None:
        share.hand_on(rows)
        mark(copy, share)

    return plant(chat, person, stored=stored).pk


def _with_addresses(response: dict[str, Any], token: str) -> dict[str, Any]:
    """The response, whose files are at addresses that the link opens.

    A document is named, too; nothing of a file is told that the link does not open.
    """
    if not [*file_parts(response["input"]), *made_parts(response["output"])]:
        return response
    shown = deepcopy(response)
    for part in (*file_parts(shown["input"]), *made_parts(shown["output"])):
        address = reverse("conversations:shared-file", args=[token, part.pop("file_id")])
        part["image_url" if part["type"] == "input_image" else "file_url"] = address
    return shown


def _is_open_to(request: HttpRequest, share: Share) -> bool:
    if not share.passphrase or request.user == share.owner:
        return True
    return request.COOKIES.get(_cookie(share)) == _proof(share)


def _ask(
    request: HttpRequest, share: Share, token: str, error: str = "", status: int = 200
) -> HttpResponse:
    context = {"token": token, "error": error}
    return render(request, "conversations/shared_locked.html", context, status=status)


def _cookie(share: Share) -> str:
    return f"share{share.pk}"


def _proof(share: Share) -> str:
    """What only a browser has that gave the passphrase: worth nothing for another link."""
    value = f"{share.pk}|{share.token_hash}|{share.passphrase}"
    return salted_hmac("conversations.share", value, algorithm="sha256").hexdigest()


def _quiet(answer: HttpResponseBase) -> HttpResponseBase:
    answer["Cache-Control"] = "no-store, private"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer.headers.setdefault("Referrer-Policy", "no-referrer")
    return answer
