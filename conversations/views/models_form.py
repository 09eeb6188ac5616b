"""The form in which an administrator chooses what people are offered of a provider."""

from django import forms
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from conversations.models import Model, Provider

SWITCHES = ("background", "steerable", "searches_files", "calls_mcp")


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
        show_hidden_initial=True,
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
        show_hidden_initial=True,
        help_text=_("A message sent during an answer changes its course, over a websocket."),
    )
    searches_files = forms.BooleanField(
        label=_("Keeps files and searches them"),
        required=False,
        show_hidden_initial=True,
        help_text=_(
            "Where a model is to search files, its provider is sent them and does it; it keeps them"
            " until a week after they were last used. Else this server searches."
        ),
    )
    calls_mcp = forms.BooleanField(
        label=_("Calls MCP servers"),
        required=False,
        show_hidden_initial=True,
        help_text=_("And asks first where a tool is to ask. Off, this server calls them."),
    )

    fallback_order = forms.IntegerField(
        label=_("Order of standing in"),
        required=False,
        min_value=1,
        max_value=999,
        help_text=_(
            "Where a provider with a number can't answer, that with the next higher number does. "
            "Empty: nobody, and it stands in for nobody."
        ),
    )

    def __init__(self, provider: Provider, data: QueryDict | None) -> None:
        models = provider.models.order_by("name")
        initial = {
            "offered": models.filter(enabled=True),
            "default": models.filter(is_default=True).first(),
            "background": provider.background,
            "in_background": models.filter(background=True),
            "steerable": provider.steerable,
            "searches_files": bool(provider.searches_files),
            "calls_mcp": bool(provider.calls_mcp),
            "fallback_order": provider.fallback_order,
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
        # What a test has switched since the form was shown stays, unless it was changed here, too.
        switched = [name for name in SWITCHES if name in self.changed_data]
        for name in (*switched, "fallback_order"):
            setattr(self._provider, name, self.cleaned_data[name])
        self._provider.save(update_fields=[*switched, "fallback_order"])
