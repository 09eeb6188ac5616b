"""The form of what few providers need: who pays, a proxy, further headers, other deadlines."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from conversations.models import Provider
from conversations.models.connection import CONNECTION, DEADLINES
from conversations.protocol import headers, proxies
from conversations.providers.config import PROXY_SCHEMES, Deadlines
from conversations.turns.endpoint import config_of, settled_in_environment

if TYPE_CHECKING:
    _ProviderForm = forms.ModelForm[Provider]  # generic for the type checker alone
else:
    _ProviderForm = forms.ModelForm

_usual = Deadlines()
USUAL = {
    "connect_seconds": _usual.connect,
    "first_event_seconds": _usual.first_event,
    "silence_seconds": _usual.liveness,
    "total_seconds": _usual.total,
}
HEADER_SENTENCES = {
    "no_header": _("Each line has a name, a colon and a value: “%(line)s” has not."),
    "reserved": _("%(line)s can't be set here."),
    "value": _("The value of %(line)s is empty, or no value of a header."),
    "twice": _("%(line)s stands there twice."),
    "too_many": _("These are too many headers."),
    "covered": _("Type the value of %(line)s again."),
    "authorization": _(
        "Authorization is made of the API key: to send one of your own, leave the key empty."
    ),
}
PROXY_SENTENCES = {
    "scheme": _("It begins with one of %(schemes)s, and ://"),
    "no_proxy": _("It is no address as in http://proxy.example:3128"),
    "covered": _("Type its password again."),
}


class ConnectionForm(_ProviderForm):
    """What may be a secret of it is shown covered, and stays if it comes back so."""

    proxy = forms.CharField(
        label=_("Proxy"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("As in http://name:password@proxy.example:3128. Empty: as the server's own."),
    )
    headers = forms.CharField(
        label=_("Further headers"),
        required=False,
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("A line each, as in X-Team: research. Values are never shown again."),
    )

    class Meta:
        model = Provider
        fields: Iterable[str] = CONNECTION
        labels: Any = {
            "organization": _("Organization"),
            "project": _("Project"),
            "connect_seconds": _("Seconds to connect"),
            "first_event_seconds": _("Seconds until an answer begins"),
            "silence_seconds": _("Seconds of silence in an answer"),
            "total_seconds": _("Seconds for a whole answer"),
        }
        help_texts: Any = {
            "organization": _("Its id, as in org-…"),
            "project": _("Its id, as in proj_…"),
            **dict.fromkeys(DEADLINES, ""),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["proxy"] = proxies.masked(self.instance.proxy)
        self.initial["headers"] = headers.masked(self.instance.headers)
        for name in settled_in_environment(self.instance):
            self.fields.pop(name, None)
        for name in self.fields.keys() & USUAL.keys():
            self.fields[name].widget.attrs["placeholder"] = USUAL[name]

    def clean_proxy(self) -> str:
        try:
            url = proxies.uncovered(self.cleaned_data["proxy"].strip(), self.instance.proxy)
            return proxies.checked(url, PROXY_SCHEMES) if url else ""
        except proxies.ProxyError as error:
            raise forms.ValidationError(
                PROXY_SENTENCES[str(error)], params={"schemes": ", ".join(PROXY_SCHEMES)}
            ) from error

    def clean(self) -> dict[str, Any] | None:
        """The headers last: what is stored of them was for the address there was."""
        cleaned = super().clean()
        if "headers" in self.cleaned_data:
            try:
                self.cleaned_data["headers"] = self._headers(self.cleaned_data["headers"])
            except headers.HeaderError as error:
                sentence = HEADER_SENTENCES[error.reason]
                self.add_error(
                    "headers", forms.ValidationError(sentence, params={"line": error.line})
                )
        return cleaned

    def is_elsewhere(self) -> bool:
        """Whether it gets another address."""
        before: str = self.initial.get("base_url") or ""
        after: str = self.cleaned_data.get("base_url") or before
        return bool(before) and after != before.rstrip("/")

    def has_key(self) -> bool:
        """Whether it will have a key."""
        return bool(config_of(self.instance).api_key)

    def _headers(self, typed: str) -> str:
        stored = "" if self.is_elsewhere() else self.instance.headers
        text = headers.uncovered(typed, stored)
        if headers.AUTHORIZATION in headers.names_of(headers.parsed(text)) and self.has_key():
            raise headers.HeaderError("authorization", headers.AUTHORIZATION)
        return text
