"""The page of prompts, and the list that the message box offers behind `/`."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chatapp.accounts.models import User
from conversations.models import Prompt
from conversations.models.database import in_database
from conversations.views.api import for_people
from conversations.views.library import SHARING_HELP, SHARING_LABELS, limit_groups, own, person

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Prompt]  # generic for the type checker alone
else:
    _ModelForm = forms.ModelForm

MOST_OFFERED = 500


class PromptForm(_ModelForm):
    """What it is called, what it says, and who may use it."""

    class Meta:
        model = Prompt
        fields = ("title", "command", "text", "audience", "group")
        labels = {
            "title": _("Title"),
            "command": _("Command"),
            "text": _("Text"),
            **SHARING_LABELS,
        }
        help_texts = {
            "command": _("What is typed after / in the message box."),
            "text": _("{{name}} leaves a place that is asked for when the prompt is used."),
            **SHARING_HELP,
        }
        widgets = {"text": forms.Textarea(attrs={"rows": 10, "dir": "auto"})}

    def clean_command(self) -> str:
        """In small letters, and not that of another of one's own."""
        command: str = self.cleaned_data["command"].lower()
        others = Prompt.objects.owned_by(self.instance.owner).exclude(pk=self.instance.pk)
        if others.filter(command=command).exists():
            raise forms.ValidationError(_("Another prompt of yours has this command."))
        return command


@require_safe
@login_required
def prompts(request: HttpRequest) -> HttpResponse:
    """One's own, and those of others that one may use."""
    user = person(request)
    found = Prompt.objects.usable_by(user).select_related("owner", "group")
    mine = [one for one in found if one.owner_id == user.pk]
    others = [one for one in found if one.owner_id != user.pk]
    return render(request, "conversations/prompts.html", {"mine": mine, "others": others})


@require_safe
@for_people
async def offered(request: HttpRequest, user: User) -> HttpResponseBase:
    """All that the person may use, their own first."""
    return JsonResponse({"prompts": await in_database(_offered, user)})


@require_http_methods(["GET", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """A new one."""
    return _edit(request, Prompt(owner=person(request)))


@require_http_methods(["GET", "POST"])
@login_required
def prompt(request: HttpRequest, prompt_id: str) -> HttpResponse:
    """One's own, to be changed."""
    return _edit(request, own(Prompt, person(request), prompt_id))


@require_POST
@login_required
def delete(request: HttpRequest, prompt_id: str) -> HttpResponse:
    """One's own."""
    own(Prompt, person(request), prompt_id).delete()
    return redirect("conversations:prompts")


def _edit(request: HttpRequest, instance: Prompt) -> HttpResponse:
    form = PromptForm(request.POST or None, instance=instance)
    limit_groups(form, person(request))
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect("conversations:prompts")
    context = {"form": form, "prompt": instance, "is_new": instance._state.adding}
    return render(request, "conversations/prompt.html", context)


def _offered(user: User) -> list[dict[str, Any]]:
    found = Prompt.objects.usable_by(user).select_related("owner")[:MOST_OFFERED]
    rows = sorted(found, key=lambda one: one.owner_id != user.pk)
    return [
        {
            "id": one.pk,
            "title": one.title,
            "command": one.command,
            "text": one.text,
            "owner": None if one.owner_id == user.pk else one.owner.name,
        }
        for one in rows
    ]
