"""The form in which an administrator connects a provider: one that is known by name, or any."""

from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from conversations.models import Provider
from conversations.protocol.dialects import DIALECTS
from conversations.protocol.presets import BY_ID, PLACEHOLDER, PRESETS, Preset
from conversations.turns.connection_form import ConnectionForm

REACHED = ("organization", "project", "proxy", "headers")
SELDOM = ("model", "dialect", *REACHED)


def _kinds() -> list[Any]:
    def choices(*, local: bool) -> list[tuple[str, str]]:
        return [(one.id, one.label) for one in PRESETS if (one.port is not None) is local]

    return [
        ("", _("Another one")),
        (_("On the internet"), choices(local=False)),
        (_("Of your own"), choices(local=True)),
    ]


class ConnectForm(ConnectionForm):
    """Where a provider is. Its key is written and never shown again.

    What is left empty is taken from the kind that was chosen, with scripts in the browser or
    without.
    """

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=_kinds,
        required=False,
        help_text=_("What you leave empty below is taken from it."),
    )
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
    dialect = forms.ChoiceField(
        label=_("Dialect"),
        choices=[
            ("", _("As its kind speaks")),
            *((one.name, one.label) for one in DIALECTS.values()),
        ],
        required=False,
    )

    class Meta(ConnectionForm.Meta):
        fields = ("name", "base_url", "api_key", *REACHED)
        labels = {**ConnectionForm.Meta.labels, "name": _("Name"), "base_url": _("Base URL")}
        help_texts = {
            **ConnectionForm.Meta.help_texts,
            "base_url": _("For example https://api.openai.com/v1"),
        }

    field_order = ("kind", "name", "base_url", "api_key", *SELDOM)

    # What is empty is not missing: browsers would refuse to send it.
    use_required_attribute = False

    @property
    def preset(self) -> Preset | None:
        """The kind that was chosen; None for any other."""
        return BY_ID.get(self.data.get("kind", ""))

    def often(self) -> list[BoundField]:
        """The fields that everybody fills in."""
        return [field for field in self.visible_fields() if field.name not in SELDOM]

    def seldom(self) -> list[BoundField]:
        """Those that few need."""
        return [self[name] for name in SELDOM]

    def is_seldom(self) -> bool:
        """Whether one of those has something to show."""
        return any(field.errors or field.data for field in self.seldom())

    def has_key(self) -> bool:
        return bool(self.cleaned_data.get("api_key"))

    def full_clean(self) -> None:
        """Check it as if the chosen kind's name and address had been typed."""
        if self.is_bound and self.preset:
            self.data = self._filled(self.preset)
        super().full_clean()

    def clean_base_url(self) -> str:
        url: str = self.cleaned_data["base_url"]
        if PLACEHOLDER in url:
            raise forms.ValidationError(
                _("Put the name of your own in the place of %(placeholder)s."),
                params={"placeholder": PLACEHOLDER},
            )
        return url.rstrip("/")

    def _filled(self, preset: Preset) -> Any:
        data: Any = self.data
        filled = data.copy()
        filled["name"] = data.get("name") or _free(preset.label)
        filled["base_url"] = data.get("base_url") or preset.base_url
        return filled


def presets_as_json() -> dict[str, dict[str, str]]:
    """For the page: what each kind puts into which field."""
    return {one.id: {"name": one.label, "base_url": one.base_url} for one in PRESETS}


def _free(label: str) -> str:
    """A name of that kind that no provider has: the label, or one with a number behind it."""
    taken = set(Provider.objects.filter(name__startswith=label).values_list("name", flat=True))
    number, name = 1, label
    while name in taken:
        number += 1
        name = f"{label} {number}"
    return name
