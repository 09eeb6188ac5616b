"""The test of a provider: begun by an administrator, and looked at while it runs."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from conversations.models import Provider
from conversations.models.database import in_database
from conversations.turns.probing import begin
from conversations.views.providers import for_admins, tested


@require_POST
@for_admins
async def test(request: HttpRequest, provider_id: int) -> HttpResponse:
    """Begin it; one that runs already goes on."""
    await begin(await in_database(_with_an_address, provider_id))
    return redirect("conversations:provider", provider_id)


@require_GET
@for_admins
def findings(request: HttpRequest, provider_id: int) -> HttpResponse:
    """The table as it is now, for the page that waits for more of it."""
    return render(request, "conversations/findings.html", tested(_with_an_address(provider_id)))


def _with_an_address(provider_id: int) -> Provider:
    """The guide, which is built in, has none, and nothing to be found out."""
    found: Provider = get_object_or_404(Provider, pk=provider_id)
    if found.embedded:
        raise Http404
    return found
