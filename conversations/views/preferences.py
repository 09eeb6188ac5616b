"""The settings of a person: what they choose for themselves, and the way to the rest of it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from conversations.views.library import person

THEMES = ("light", "dark", "system")
YEAR = 365 * 24 * 60 * 60


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
