"""The page of one model: how much it takes, what it costs, what it was seen to refuse."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from conversations.models import Model
from conversations.models.provider import MODEL_FACTS
from conversations.views.providers import for_admins

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Model]  # generic for the type checker alone
else:
    _ModelForm = forms.ModelForm


class AsProvider(forms.NullBooleanSelect):
    """Yes, no, or what the provider says."""

    def __init__(self) -> None:
        super().__init__()
        self.choices = [
            ("unknown", _("As its provider")),
            ("true", _("Yes")),
            ("false", _("No")),
        ]


class ModelForm(_ModelForm):
    """What an administrator knows of a model. Prices are for a million tokens."""

    forget = forms.BooleanField(
        label=_("Offer again what it refused"),
        required=False,
        help_text=_("Parameters that this model was seen to refuse are not offered, until then."),
    )

    restricted = forms.TypedChoiceField(
        label=_("Who may use it"),
        choices=[(False, _("Everyone here")), (True, _("Some groups"))],
        coerce=lambda chosen: chosen == "True",
    )
    groups = forms.ModelMultipleChoiceField(
        Group.objects.order_by("name"),
        label=_("Groups"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("For anybody else the model is not there."),
    )

    class Meta:
        model = Model
        fields = ("label", "restricted", "groups", *MODEL_FACTS)
        labels = {
            "label": _("Name that people see"),
            "context_window": _("Context window"),
            "max_output": _("Longest answer"),
            "takes_images": _("Images"),
            "takes_files": _("Files"),
            "input_price": _("Price of input"),
            "cached_price": _("Price of cached input"),
            "cache_write_price": _("Price of writing to the cache"),
            "output_price": _("Price of output"),
            "currency": _("Currency"),
            "priced_at": _("Prices of"),
        }
        help_texts = {
            "label": "",
            "context_window": _("Tokens that a conversation may have, the answer included."),
            "max_output": _("Tokens that an answer may have."),
            "takes_images": _("A model that does not look at images is told of them."),
            "takes_files": _("A model that takes no files is sent their text."),
            "input_price": _("For a million tokens. Without prices, no cost is shown."),
            "cached_price": _("Empty: as other input."),
            "cache_write_price": _("Empty: as other input."),
            "output_price": _("For a million tokens, thoughts included."),
            "currency": _("Three letters, as in USD."),
            "priced_at": _("The day on which these prices were looked up."),
        }
        widgets = {
            "takes_images": AsProvider(),
            "takes_files": AsProvider(),
            "priced_at": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, price in self.instance.prices.items():
            self.initial[name] = price

    def clean_groups(self) -> Any:
        """Groups that are chosen are meant."""
        groups = self.cleaned_data["groups"]
        if groups and not self.cleaned_data.get("restricted"):
            raise forms.ValidationError(_("They count only where some groups may use it."))
        return groups

    def save(self, commit: bool = True) -> Model:
        if self.cleaned_data.get("forget"):
            self.instance.unsupported = []
        return super().save(commit)


@require_http_methods(["GET", "POST"])
@for_admins
def model(request: HttpRequest, provider_id: int, model_id: str) -> HttpResponse:
    """What is known of one model, to be corrected."""
    found = get_object_or_404(Model, pk=model_id, provider=provider_id)
    form = ModelForm(request.POST or None, instance=found)
    if not found.unsupported:
        del form.fields["forget"]
    if not (found.restricted or Group.objects.exists()):
        del form.fields["restricted"], form.fields["groups"]
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect("conversations:provider", provider_id)
    return render(request, "conversations/model.html", {"form": form, "model": found})
