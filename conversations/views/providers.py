"""The page on which an administrator connects a provider and chooses its models."""

from datetime import UTC, datetime
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import user_passes_test
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from conversations.models import Provider
from conversations.models.database import in_database
from conversations.models.failure import told_of
from conversations.models.finding import refused_by_models
from conversations.protocol.abilities import Ability
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.providers.probe import MOST_TOKENS
from conversations.turns.connection_form import ConnectionForm
from conversations.turns.endpoint import client_of
from conversations.turns.findings import limits_of, said_of, title_of
from conversations.turns.local_servers import local_servers
from conversations.turns.probing import is_running
from conversations.turns.setup import for_chat, known_at, known_of, offer
from conversations.views.connect_form import ConnectForm, presets_as_json
from conversations.views.models_form import ModelsForm


def _is_admin(user: Any) -> bool:
    """False for those who may sign in; Http404 for those who did and may not see this page."""
    if user.is_authenticated and not user.is_superuser:
        # Sent to sign in, they would be sent back here without end.
        raise Http404
    return bool(user.is_active and user.is_superuser)


for_admins = user_passes_test(_is_admin)


def tested(provider: Provider) -> dict[str, Any]:
    """What a page shows of a provider's test."""
    rows = {one.ability: one for one in provider.findings.all()}
    lines = [
        {
            "title": title_of(one.ability),
            "holds": one.holds,
            "said": said_of(one.reason, one.detail),
            "found_at": one.found_at,
        }
        for one in (rows[ability] for ability in Ability if ability in rows)
    ]
    return {
        "provider": provider,
        "findings": lines,
        "is_tested": is_running(provider),
        "most_tokens": MOST_TOKENS,
        "refusing": refused_by_models(provider),
    }


@require_http_methods(["GET", "POST"])
@for_admins
async def providers(request: HttpRequest) -> HttpResponse:
    """The providers there are, and the form to connect another."""
    form = ConnectForm(request.POST or None)
    if request.method == "POST" and await in_database(form.is_valid):
        names = await _names(form)
        if names:
            provider = await in_database(_save, form, names)
            return redirect("conversations:provider", provider.pk)
    return await _shown(request, form)


@require_POST
@for_admins
async def look(request: HttpRequest) -> HttpResponse:
    """The same page, with the servers nearby that answered just now."""
    return await _shown(request, ConnectForm(), servers=await local_servers())


@require_http_methods(["GET", "POST"])
@for_admins
def provider(request: HttpRequest, provider_id: int) -> HttpResponse:
    """The models of one provider: which are offered, which is the default."""
    found = get_object_or_404(Provider, pk=provider_id)
    form = ModelsForm(found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect("conversations:providers")
    return provider_page(request, found, form=form)


def provider_page(
    request: HttpRequest,
    found: Provider,
    form: ModelsForm | None = None,
    connection: ConnectionForm | None = None,
) -> HttpResponse:
    """All about one provider, with the form that was sent as it was sent."""
    context = {
        "form": form or ModelsForm(found, None),
        "connection": connection or ConnectionForm(instance=found),
        "limits": limits_of(found),
        "limits_at": datetime.fromtimestamp((found.rate_limits or {}).get("at", 0), UTC),
        "models": found.models.order_by("-enabled", "name").prefetch_related("groups"),
        **tested(found),
    }
    return render(request, "conversations/provider.html", context)


async def _names(form: ConnectForm) -> list[str]:
    """Ask the provider for its models; what is wrong becomes an error of the form."""
    named = form.cleaned_data["model"]
    try:
        listed = for_chat(await client_of(form.instance).models())
    except ProviderError as error:
        if named and error.kind == ErrorKind.NOT_FOUND:
            return [named]
        form.add_error(None, told_of(error.as_error()))
        return []
    names = list(dict.fromkeys([named, *listed] if named else listed))
    if not names:
        form.add_error("model", _("This provider lists no models: name one."))
    return names


@transaction.atomic
def _save(form: ConnectForm, names: list[str]) -> Provider:
    provider = form.save(commit=False)
    preset, chosen = form.preset, form.cleaned_data["dialect"]
    known = known_of(preset) if preset else known_at(provider.base_url)
    for column, value in known.items():
        setattr(provider, column, value)
    provider.dialect = chosen or provider.dialect
    provider.save()
    offer(provider, names)
    return provider


async def _shown(request: HttpRequest, form: ConnectForm, **more: Any) -> HttpResponse:
    known = await in_database(_known)
    context = {"form": form, "providers": known, "presets": presets_as_json(), **more}
    return await sync_to_async(render)(request, "conversations/providers.html", context)


def _known() -> list[Provider]:
    return list(Provider.objects.prefetch_related("models").order_by("embedded", "name"))
