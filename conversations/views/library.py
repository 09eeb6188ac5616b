"""What the pages of assistants and of prompts have in common: whose a thing is, and its form."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _

from chatapp.accounts.models import User
from conversations.models import Assistant, Prompt
from conversations.models.sharing import Audience

SHARING_LABELS = {"audience": _("Who may use it"), "group": _("Group")}
SHARING_HELP = {"group": _("For those of a group. An administrator makes groups.")}


def person(request: HttpRequest) -> User:
    assert isinstance(request.user, User), "only for those signed in"
    return request.user


def limit_groups(form: "forms.BaseModelForm[Any]", user: User) -> None:
    """Only to groups that one is in oneself can one share; without any there is no such choice."""
    field = form.fields["group"]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = user.groups.order_by("name")
    field.empty_label = _("No group")
    if not field.queryset.exists() and not form.instance.group_id:
        del form.fields["group"]
        audience = form.fields["audience"]
        assert isinstance(audience, forms.ChoiceField)
        audience.choices = [
            (value, label) for value, label in Audience.choices if value != Audience.GROUP
        ]


def own(kind: type[Assistant] | type[Prompt], user: User, pk: str) -> Any:
    """Theirs, to be changed; a foreign one is as one that is not there."""
    found = kind.objects.owned_by(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def usable(kind: type[Assistant] | type[Prompt], user: User, pk: str) -> Any:
    """One that they may use, and so copy."""
    found = kind.objects.usable_by(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
