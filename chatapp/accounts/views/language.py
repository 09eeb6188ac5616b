"""The choice of a language, which holds on every device."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from chatapp.accounts.models import User


@require_POST
@login_required
def language(request: HttpRequest) -> HttpResponse:
    """Keep the `language` chosen, "" for the browser's, and go back to where it was chosen."""
    chosen = request.POST.get("language", "")
    if chosen and chosen not in dict(settings.LANGUAGES):
        return HttpResponseBadRequest("There is no such language here.")
    assert isinstance(request.user, User), "only for those signed in"
    request.user.language = chosen
    request.user.save(update_fields=["language"])
    back = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()})
    return redirect(back if is_ours else settings.LOGIN_REDIRECT_URL)
