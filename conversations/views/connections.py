"""How a provider is reached, beside its address and its key: changed on its page."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from conversations.models import Provider
from conversations.turns.connection_form import ConnectionForm
from conversations.views.providers import for_admins, provider_page


@require_POST
@for_admins
def connection(request: HttpRequest, provider_id: int) -> HttpResponse:
    """Store it; what is sent from now on is sent so."""
    found = get_object_or_404(Provider, pk=provider_id)
    if found.embedded:
        raise Http404
    form = ConnectionForm(request.POST, instance=found)
    if form.is_valid():
        form.save()
        return redirect("conversations:provider", provider_id)
    return provider_page(request, found, connection=form)
