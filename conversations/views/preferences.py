"""The settings of a person: what they choose for themselves, and the way to the rest of it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chatapp.accounts.models import User
from conversations.models.database import in_database
from conversations.turns import notices
from conversations.views.api import Refused, body_of, for_people
from conversations.views.library import person

THEMES = ("light", "dark", "system")
YEAR = 365 * 24 * 60 * 60
INVALID = Refused(400, "invalid_change", "They are hidden, or they are not.")


@require_safe
@login_required
def preferences(request: HttpRequest) -> HttpResponse:
    """The page."""
    user = person(request)
    page = {"user": {"id": user.pk, "shortcuts": user.shortcuts}, "csrf_token": get_token(request)}
    chosen = request.COOKIES.get("theme")
    context = {"page": page, "theme": chosen if chosen in THEMES else "system"}
    return render(request, "conversations/preferences.html", context)


@require_POST
@login_required
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the colours chosen, in this browser; static/chat/elements/theme.js does likewise."""
    chosen = request.POST.get("theme")
    if chosen not in THEMES:
        return HttpResponseBadRequest("There are no such colours here.")
    answer = redirect("conversations:settings")
    secure = request.is_secure()
    answer.set_cookie("theme", chosen, max_age=YEAR, secure=secure, samesite="Lax")
    return answer


@require_http_methods(["PUT"])
@for_people
async def scripts(request: HttpRequest, user: User) -> HttpResponseBase:
    """Keep whether what scripts began is `hidden` in the list; the person's open pages are told."""
    match body_of(request):
        case {"hidden": bool(hidden), **rest} if not rest:
            await in_database(_hide_scripts, user, hidden)
        case _:
            raise INVALID
    await notices.send(user.pk, {"type": "scripts.hidden", "hidden": hidden})
    return HttpResponse(status=204)


def _hide_scripts(user: User, hidden: bool) -> None:
    user.hides_scripts = hidden
    user.save(update_fields=["hides_scripts"])
