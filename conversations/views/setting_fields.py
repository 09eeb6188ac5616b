"""The parameters as fields of a form, from the one table that there is of them."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext

from conversations.protocol.parameters import GROUPS, PARAMETERS, Parameter
from conversations.protocol.settings import BadParameter, checked
from conversations.turns import mcp_tools
from conversations.views.parameters import hosted, servers, tools

if TYPE_CHECKING:
    from chatapp.accounts.models import User

PREFIX = "setting-"
SET = tuple(one for one in PARAMETERS if one.name != "instructions")
ON, OFF = "true", "false"
EXAMPLE = '{"type": "json_object"}'


class SettingsForm(forms.Form):
    """Every parameter but the instructions, of which `user` may set what there is for them; what is
    left empty is not set.
    """

    def __init__(self, data: Any, chosen: Mapping[str, Any], user: "User") -> None:
        initial = {
            PREFIX + one.name: _shown(one, chosen[one.name]) for one in SET if one.name in chosen
        }
        super().__init__(data, initial=initial)
        there = servers(user)
        self._set = [one for one in SET if one.name != mcp_tools.SETTING or there]
        for one in self._set:
            told = {mcp_tools.SETTING: there, "tools": hosted()}.get(one.name, tools())
            self.fields[PREFIX + one.name] = _field(one, told)

    @property
    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields under their headings."""
        return [
            (gettext(heading), [self[PREFIX + one.name] for one in self._set if one.group == group])
            for group, heading in GROUPS.items()
            if any(one.group == group for one in self._set)
        ]

    def clean(self) -> dict[str, Any]:
        """Has `chosen`, the parameters that were set, by dotted name."""
        data = super().clean() or {}
        data["chosen"] = {}
        for one in self._set:
            try:
                value = _read(one, data.get(PREFIX + one.name))
                data["chosen"] |= checked({one.name: value})
            except BadParameter as error:
                self.add_error(PREFIX + one.name, error.message)
        return data


def _field(one: Parameter, choices_told: Mapping[str, Mapping[str, str]]) -> forms.Field:
    told: dict[str, Any] = {
        "label": gettext(one.label),
        "help_text": gettext(one.meaning),
        "required": False,
    }
    default = "" if one.default is None else f" ({one.default})"
    empty = ("", f"{gettext('Default')}{default}")
    match one.kind:
        case "choice":
            return forms.ChoiceField(choices=[empty, *((c, c) for c in one.choices)], **told)
        case "switch":
            first = (
                "",
                f"{gettext('Default')} ({gettext('on') if one.default else gettext('off')})",
            )
            choices = [first, (ON, gettext("on")), (OFF, gettext("off"))]
            return forms.ChoiceField(choices=choices, **told)
        case "number":
            return forms.FloatField(min_value=one.least, max_value=one.most, **told)
        case "integer":
            return forms.IntegerField(
                min_value=_whole(one.least), max_value=_whole(one.most), **told
            )
        case "many":
            widget = forms.CheckboxSelectMultiple
            return forms.MultipleChoiceField(
                choices=[(c, c) for c in one.choices], widget=widget, **told
            )
        case "functions" | "tools":
            choices = [
                (name, ": ".join(filter(None, [told_of["label"], told_of["meaning"]])))
                for name, told_of in choices_told.items()
            ]
            widget = forms.CheckboxSelectMultiple
            return forms.MultipleChoiceField(choices=choices, widget=widget, **told)
        case "format":
            told["help_text"] = f"{told['help_text']} {gettext('As JSON, for example:')} {EXAMPLE}"
            return forms.CharField(widget=forms.Textarea(attrs={"rows": 3, "dir": "ltr"}), **told)
        case _:
            return forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), **told)


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)


def _shown(one: Parameter, value: Any) -> Any:
    match one.kind:
        case "switch":
            return ON if value else OFF
        case "tools":
            return [tool["type"] for tool in value]
        case "pairs":
            return "\n".join(f"{name}={entry}" for name, entry in value.items())
        case "format":
            return json.dumps(value, indent=2, ensure_ascii=False)
        case _:
            return value


def _read(one: Parameter, value: Any) -> Any:
    """The value that the form's field stands for; None where nothing was set."""
    if value in (None, "", []):
        return None
    match one.kind:
        case "switch":
            return value == ON
        case "tools":
            return [{"type": kind} for kind in value]
        case "pairs":
            lines = [line for line in value.splitlines() if line.strip()]
            if not all("=" in line for line in lines):
                raise BadParameter(one.name, gettext("One “name=value” a line."))
            return {
                name.strip(): entry.strip()
                for name, _eq, entry in (line.partition("=") for line in lines)
            }
        case "format":
            try:
                return json.loads(value)
            except ValueError as error:
                raise BadParameter(one.name, gettext("This is no JSON.")) from error
        case _:
            return value
