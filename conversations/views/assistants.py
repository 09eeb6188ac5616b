"""The page of assistants: one's own to make, change, copy and delete, those of others to use."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chatapp.accounts.models import User
from conversations.models import Assistant, Model
from conversations.models.sharing import Audience
from conversations.views.library import (
    SHARING_HELP,
    SHARING_LABELS,
    limit_groups,
    own,
    person,
    usable,
)
from conversations.views.setting_fields import SettingsForm

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Assistant]  # generic for the type checker alone
else:
    _ModelForm = forms.ModelForm


class AssistantForm(_ModelForm):
    """What it is called, what it is told, and who may use it."""

    class Meta:
        model = Assistant
        fields = ("name", "description", "model", "instructions", "audience", "group")
        labels = {
            "name": _("Name"),
            "description": _("What it is for"),
            "model": _("Model"),
            "instructions": _("Instructions"),
            **SHARING_LABELS,
        }
        help_texts = {
            "instructions": _(
                "What it is to heed in every answer: its role, its tone, its limits."
            ),
            **SHARING_HELP,
        }
        widgets = {"instructions": forms.Textarea(attrs={"rows": 8, "dir": "auto"})}


@require_safe
@login_required
def assistants(request: HttpRequest) -> HttpResponse:
    """One's own, and those of others that one may use."""
    user = person(request)
    found = _usable_by(user).select_related("owner", "model", "group")
    mine = [one for one in found if one.owner_id == user.pk]
    others = [one for one in found if one.owner_id != user.pk]
    return render(request, "conversations/assistants.html", {"mine": mine, "others": others})


@require_http_methods(["GET", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """A new one."""
    return _edit(request, Assistant(owner=person(request)))


@require_http_methods(["GET", "POST"])
@login_required
def assistant(request: HttpRequest, assistant_id: str) -> HttpResponse:
    """One's own, to be changed."""
    return _edit(request, own(Assistant, person(request), assistant_id))


@require_POST
@login_required
def copy(request: HttpRequest, assistant_id: str) -> HttpResponse:
    """One like it, of one's own, that nobody else may use yet."""
    user = person(request)
    found = usable(Assistant, user, assistant_id)
    copied = Assistant.objects.create(
        owner=user,
        name=gettext("Copy of %(name)s") % {"name": found.name[:60]},
        description=found.description,
        model=found.model,
        instructions=found.instructions,
        settings=found.settings,
        audience=Audience.NOBODY,
    )
    return redirect("conversations:assistant", copied.pk)


@require_POST
@login_required
def delete(request: HttpRequest, assistant_id: str) -> HttpResponse:
    """One's own; the answers that were made with it stay whole."""
    own(Assistant, person(request), assistant_id).delete()
    return redirect("conversations:assistants")


def offered_assistants(user: User) -> list[dict[str, Any]]:
    """Those that a person may use, as the chat page has them: not what they are told."""
    found = _usable_by(user).select_related("owner")
    return [
        {
            "id": one.pk,
            "name": one.name,
            "description": one.description,
            "model": one.model_id if one.has_model else None,
            "owner": None if one.owner_id == user.pk else one.owner.name,
        }
        for one in found
    ]


def _usable_by(user: User) -> Any:
    """Each says whether its model is one that they may use: else the default one answers."""
    theirs = Model.objects.offered_to(user).filter(pk=OuterRef("model"))
    return Assistant.objects.usable_by(user).annotate(has_model=Exists(theirs))


def _edit(request: HttpRequest, instance: Assistant) -> HttpResponse:
    form = AssistantForm(request.POST or None, instance=instance)
    limit_groups(form, person(request))
    field = form.fields["model"]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = Model.objects.offered_to(person(request))
    field.empty_label = _("The default for everyone")
    settings = SettingsForm(request.POST or None, instance.settings, person(request))
    if request.method == "POST" and form.is_valid() and settings.is_valid():
        instance.settings = settings.cleaned_data["chosen"]
        form.save()
        return redirect("conversations:assistants")
    context = {
        "form": form,
        "settings": settings,
        "assistant": instance,
        "is_new": instance._state.adding,
    }
    return render(request, "conversations/assistant.html", context)
