"""The page of a folder: its name, its instructions, its files and its end."""

from typing import TYPE_CHECKING

from asgiref.sync import async_to_sync
from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chatapp.accounts.models import User
from conversations.models import Folder, folder_files
from conversations.models.database import in_database
from conversations.models.folder import MOST_FOLDERS, folders_of
from conversations.turns import notices
from conversations.views.api import Refused, for_people
from conversations.views.files import limits, taken, told
from conversations.views.library import person

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Folder]  # generic for the type checker alone
else:
    _ModelForm = forms.ModelForm


class FolderForm(_ModelForm):
    """What it is called, and what each answer in it is told."""

    class Meta:
        model = Folder
        fields = ("name", "instructions")
        labels = {"name": _("Name"), "instructions": _("Instructions")}
        help_texts = {
            "instructions": _("Each answer in this folder follows them, before any others."),
        }
        widgets = {"instructions": forms.Textarea(attrs={"rows": 8, "dir": "auto"})}

    def clean_name(self) -> str:
        """Not that of another of one's own."""
        name = " ".join(self.cleaned_data["name"].split())
        others = Folder.objects.filter(owner=self.instance.owner).exclude(pk=self.instance.pk)
        if others.filter(name=name).exists():
            raise forms.ValidationError(_("Another folder of yours has this name."))
        if self.instance._state.adding and others.count() >= MOST_FOLDERS:
            raise forms.ValidationError(_("There are as many folders as there can be."))
        return name


@require_safe
@for_people
async def listed(request: HttpRequest, user: User) -> HttpResponseBase:
    """Those of the sidebar as they are now, for a page that may not have heard of a change."""
    return JsonResponse({"folders": await in_database(folders_of, user)})


@require_http_methods(["GET", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """A new one."""
    return _edit(request, Folder(owner=person(request)))


@require_http_methods(["GET", "POST"])
@login_required
def folder(request: HttpRequest, folder_id: str) -> HttpResponse:
    """One's own, to be changed."""
    return _edit(request, _own(request, folder_id))


@require_POST
@login_required
def delete(request: HttpRequest, folder_id: str) -> HttpResponse:
    """One's own; the conversations in it stay, in no folder."""
    folder_files.delete(_own(request, folder_id))
    _tell(person(request))
    return redirect("conversations:new")


def _edit(request: HttpRequest, instance: Folder) -> HttpResponse:
    form = FolderForm(request.POST or None, instance=instance)
    if request.method == "POST" and form.is_valid():
        form.save()
        _tell(person(request))
        return redirect("conversations:new")
    is_new = instance._state.adding
    files = [] if is_new else [told(row) for row in folder_files.files_of(instance.pk)]
    context = {"form": form, "folder": instance, "is_new": is_new, "files": files}
    context["page"] = {"files": files, "limits": limits() | {"max_files": folder_files.MOST}}
    return render(request, "conversations/folder.html", context)


def _own(request: HttpRequest, folder_id: str) -> Folder:
    found = _found(person(request), folder_id)
    if found is None:
        raise Http404
    return found


@require_POST
@for_people
async def add_file(request: HttpRequest, user: User, folder_id: str) -> HttpResponseBase:
    """Take a file as `files.upload` does, as one of the folder's."""
    into = await in_database(_found, user, folder_id)
    if into is None:
        raise Refused(404, "not_found", "This folder does not exist.")
    return JsonResponse(told(await taken(request, user, into)), status=201)


@require_http_methods(["DELETE"])
@for_people
async def file(request: HttpRequest, user: User, folder_id: str, file_id: str) -> HttpResponseBase:
    """Take a file out of the folder; messages that were given it keep it."""
    of = await in_database(_found, user, folder_id)
    if of is None or not await in_database(folder_files.take_out, of, file_id):
        raise Refused(404, "not_found", "This file does not exist any more.")
    return HttpResponse(status=204)


def _found(user: User, folder_id: str) -> Folder | None:
    return Folder.objects.visible_to(user).filter(pk=folder_id).first()


def _tell(user: User) -> None:
    frame = {"type": "folders.updated", "folders": folders_of(user)}
    async_to_sync(notices.send)(user.pk, frame)
