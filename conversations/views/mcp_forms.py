"""The forms of an MCP server: where it is and who may use it, and which of its tools."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.models import Group
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from conversations.models import McpServer
from conversations.models.mcp_server import ForWhom, Rule
from conversations.protocol.headers import AUTHORIZATION, HeaderError, names_of, parsed
from conversations.protocol.mcp import RESERVED_HEADERS
from conversations.turns.connection_form import HEADER_SENTENCES

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[McpServer]  # generic for the type checker alone
else:
    _ModelForm = forms.ModelForm

OPAQUE = {"autocomplete": "off", "spellcheck": "false"}
KEPT = _("Kept encrypted, and never shown again. Empty keeps what is stored.")


class McpServerForm(_ModelForm):
    """What lets us in is written and never shown again; at another address it is not sent."""

    new_token = forms.CharField(
        label=_("Token"),
        required=False,
        max_length=4000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=KEPT,
    )
    new_headers = forms.CharField(
        label=_("Headers"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "ltr", **OPAQUE}),
        help_text=_("One “Name: value” a line. Kept and shown as the token is."),
    )
    forget = forms.BooleanField(
        label=_("Forget the stored token and headers"),
        required=False,
    )

    class Meta:
        model = McpServer
        fields = (
            *("name", "label", "url", "transport"),
            *("called_by", "audience", "groups", "rule", "description", "enabled"),
        )
        labels = {
            "name": _("Name"),
            "label": _("Label"),
            "url": _("Address"),
            "transport": _("Transport"),
            "called_by": _("Called by"),
            "audience": _("Who may use it"),
            "groups": _("Groups"),
            "rule": _("Its tools"),
            "description": _("What it is for"),
            "enabled": _("Switched on"),
        }
        help_texts = {
            "label": _("What models call it: small letters and digits, for example wiki."),
            "url": _("For example https://mcp.example.com/mcp"),
            "called_by": _(
                "A provider reaches what is on the internet, and is sent the token and the headers."
                " Where one was not found to call MCP servers, this server does."
            ),
            "rule": _("What holds for each of them that you don't decide on by itself."),
            "description": _("People and models are told."),
        }
        widgets = {
            "url": forms.URLInput(attrs={"dir": "ltr", **OPAQUE}),
            "groups": forms.CheckboxSelectMultiple,
        }

    field_order = ("name", "label", "url", "new_token", "called_by", "rule", "audience", "groups")

    def __init__(self, data: QueryDict | None, instance: McpServer) -> None:
        super().__init__(data, instance=instance)
        self._url_before = instance.url
        if not instance.has_secrets:
            del self.fields["forget"]
        if not Group.objects.exists():
            del self.fields["groups"]

    def clean_new_token(self) -> str:
        token: str = self.cleaned_data["new_token"].strip()
        if not token.isascii() or not token.isprintable() or " " in token:
            raise forms.ValidationError(_("A token has no spaces, and only plain characters."))
        return token

    def clean_new_headers(self) -> str:
        written: str = self.cleaned_data["new_headers"]
        try:
            parsed(written, RESERVED_HEADERS)
        except HeaderError as error:
            sentence = HEADER_SENTENCES[error.reason]
            raise forms.ValidationError(sentence, params={"line": error.line}) from error
        return written.strip()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("audience") == ForWhom.GROUPS and not data.get("groups"):
            self.add_error("audience", _("Choose the groups, or everyone."))
        names = names_of(parsed(data.get("new_headers") or ""))
        if data.get("new_token") and AUTHORIZATION in names:
            self.add_error("new_headers", _("Either a token or an Authorization header."))
        return data

    def save(self, commit: bool = True) -> McpServer:
        self._keep_secrets()
        if self._has_moved():
            self.instance.tools, self.instance.left_out = [], []
            self.instance.looked_at, self.instance.fault = None, ""
        return super().save(commit)

    def _keep_secrets(self) -> None:
        server, data = self.instance, self.cleaned_data
        if data.get("forget") or self._has_moved():
            server.token = server.headers = ""
        server.token = data["new_token"] or server.token
        server.headers = data["new_headers"] or server.headers

    def _has_moved(self) -> bool:
        return self._url_before not in ("", self.instance.url)


class RulesForm(forms.Form):
    """What holds for each tool of a server."""

    add = forms.CharField(
        label=_("Another tool"),
        required=False,
        max_length=128,
        widget=forms.TextInput(attrs={"dir": "ltr", **OPAQUE}),
        help_text=_("By the name that the server gives it, where it can't be looked up from here."),
    )

    def __init__(self, server: McpServer, data: QueryDict | None) -> None:
        super().__init__(data)
        self._server = server
        default = gettext("As all others (%(rule)s)") % {"rule": server.get_rule_display()}
        for at, tool in enumerate(server.known_tools):
            self.fields[f"rule-{at}"] = forms.ChoiceField(
                label=tool["name"],
                choices=[("", default), *Rule.choices],
                required=False,
                initial=server.rules.get(tool["name"], ""),
            )

    @property
    def lines(self) -> list[tuple[dict[str, Any], forms.BoundField]]:
        """Each tool with its field."""
        tools = self._server.known_tools
        return [(tool, self[f"rule-{at}"]) for at, tool in enumerate(tools)]

    def save(self) -> None:
        """Keep what was chosen; what follows all others is not kept by itself."""
        chosen = {tool["name"]: self.cleaned_data[field.name] for tool, field in self.lines}
        if added := self.cleaned_data["add"].strip():
            chosen.setdefault(added, self._server.rule)
        self._server.rules = {name: rule for name, rule in chosen.items() if rule}
        self._server.save(update_fields=["rules"])
