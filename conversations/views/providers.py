"""The page on which an administrator connects a provider and chooses its models."""

from typing import TYPE_CHECKING, Any

from asgiref.sync import sync_to_async
from django import forms
from django.contrib.auth.decorators import user_passes_test
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from conversations.models import Model, Provider
from conversations.models.database import in_database
from conversations.models.failure import told_of
from conversations.models.finding import refused_by_models
from conversations.protocol.abilities import Ability
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.providers.probe import MOST_TOKENS
from conversations.turns.endpoint import client_of
from conversations.turns.findings import said_of, title_of
from conversations.turns.probing import is_running
from conversations.turns.setup import (
    for_chat,
    keeps_answers,
    keeps_days,
    offer,
    takes_files,
    transcribes_with,
)


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


if TYPE_CHECKING:
    _ProviderForm = forms.ModelForm[Provider]  # generic for the type checker alone
else:
    _ProviderForm = forms.ModelForm


class ProviderForm(_ProviderForm):
    """Where a provider is. Its key is written and never shown again."""

    api_key = forms.CharField(
        label=_("API key"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Kept encrypted, and never shown again. Local servers often need none."),
    )
    model = forms.CharField(
        label=_("Model"),
        required=False,
        max_length=200,
        help_text=_("Only if the provider does not list its models."),
    )

    class Meta:
        model = Provider
        fields = ("name", "base_url", "api_key")
        labels = {"name": _("Name"), "base_url": _("Base URL")}
        help_texts = {"base_url": _("For example https://api.openai.com/v1")}

    def clean_base_url(self) -> str:
        url: str = self.cleaned_data["base_url"]
        return url.rstrip("/")


class ModelsForm(forms.Form):
    """Which of a provider's models people may choose, which is the default, and what it can do."""

    offered = forms.ModelMultipleChoiceField(
        Model.objects.none(),
        label=_("Offered"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    default = forms.ModelChoiceField(
        Model.objects.none(),
        label=_("Default for everyone"),
        empty_label=_("Leave it as it is"),
        required=False,
    )
    background = forms.BooleanField(
        label=_("Runs answers in the background"),
        required=False,
        help_text=_("And keeps them: then they survive whatever happens here. OpenAI does."),
    )
    in_background = forms.ModelMultipleChoiceField(
        Model.objects.none(),
        label=_("In the background unless asked otherwise"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    steerable = forms.BooleanField(
        label=_("Can be steered"),
        required=False,
        help_text=_("A message sent during an answer changes its course, over a websocket."),
    )

    def __init__(self, provider: Provider, data: QueryDict | None) -> None:
        models = provider.models.order_by("name")
        initial = {
            "offered": models.filter(enabled=True),
            "default": models.filter(is_default=True).first(),
            "background": provider.background,
            "in_background": models.filter(background=True),
            "steerable": provider.steerable,
        }
        super().__init__(data, initial=initial)
        for name in ("offered", "default", "in_background"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = models
        self._models, self._provider = models, provider

    @transaction.atomic
    def save(self) -> None:
        """Offer exactly the chosen models; a default is offered even if it was not chosen.

        Without a default the one there was stays, whichever provider's it is.
        """
        offered, default = self.cleaned_data["offered"], self.cleaned_data["default"]
        self._models.update(enabled=False)
        self._models.filter(pk__in=[model.pk for model in offered]).update(enabled=True)
        if default:
            Model.objects.update(is_default=False)
            self._models.filter(pk=default.pk).update(is_default=True, enabled=True)
        in_background = [model.pk for model in self.cleaned_data["in_background"]]
        self._models.update(background=False)
        self._models.filter(pk__in=in_background).update(background=True)
        self._provider.background = self.cleaned_data["background"]
        self._provider.steerable = self.cleaned_data["steerable"]
        self._provider.save(update_fields=["background", "steerable"])


@require_http_methods(["GET", "POST"])
@for_admins
async def providers(request: HttpRequest) -> HttpResponse:
    """The providers there are, and the form to connect another."""
    form = ProviderForm(request.POST or None)
    if request.method == "POST" and await in_database(form.is_valid):
        names = await _names(form)
        if names:
            provider = await in_database(_save, form, names)
            return redirect("conversations:provider", provider.pk)
    known = await in_database(_known)
    context = {"form": form, "providers": known}
    return await sync_to_async(render)(request, "conversations/providers.html", context)


@require_http_methods(["GET", "POST"])
@for_admins
def provider(request: HttpRequest, provider_id: int) -> HttpResponse:
    """The models of one provider: which are offered, which is the default."""
    found = get_object_or_404(Provider, pk=provider_id)
    form = ModelsForm(found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect("conversations:providers")
    models = found.models.order_by("-enabled", "name")
    context = {"form": form, "models": models, **tested(found)}
    return render(request, "conversations/provider.html", context)


async def _names(form: ProviderForm) -> list[str]:
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
def _save(form: ProviderForm, names: list[str]) -> Provider:
    provider = form.save(commit=False)
    provider.background = keeps_answers(provider.base_url)
    provider.keeps_days = keeps_days(provider.base_url)
    provider.takes_files = takes_files(provider.base_url)
    provider.transcription_model = transcribes_with(provider.base_url)
    provider.save()
    offer(provider, names)
    return provider


def _known() -> list[Provider]:
    return list(Provider.objects.prefetch_related("models").order_by("embedded", "name"))
