"""The page on which a person reads and changes what is remembered of them, and switches it off."""

from typing import TYPE_CHECKING

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from chatapp.accounts.models import User
from conversations.models import Memory
from conversations.models.memory import MOST, remember
from conversations.protocol.notes import LONGEST
from conversations.views.library import person

if TYPE_CHECKING:
    _SwitchForm = forms.ModelForm[User]  # generic for the type checker alone
else:
    _SwitchForm = forms.ModelForm


class SwitchForm(_SwitchForm):
    """Whether anything is remembered, and whether the model notes things unasked."""

    class Meta:
        model = User
        fields = ("memory_on", "memory_learns")


class NoteForm(forms.Form):
    """One note, in the person's own words."""

    text = forms.CharField(label=gettext_lazy("Note"), max_length=LONGEST)


@require_safe
@login_required
def memory(request: HttpRequest) -> HttpResponse:
    """All notes, the newest first, each in a field to be changed."""
    user = person(request)
    notes = Memory.objects.of(user).select_related("source__conversation").order_by("-id")
    context = {
        "switches": SwitchForm(instance=user),
        "notes": notes,
        "longest": LONGEST,
        "forbidden": not settings.MEMORY,
    }
    return render(request, "conversations/memory.html", context)


@require_POST
@login_required
def switch(request: HttpRequest) -> HttpResponse:
    """Switch it on or off; what is noted stays until it is deleted."""
    form = SwitchForm(request.POST, instance=person(request))
    if form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
    return redirect("conversations:memory")


@require_POST
@login_required
def add(request: HttpRequest) -> HttpResponse:
    """Add a note of the person's own."""
    form = NoteForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("A note has 1 to %(most)d characters.") % {"most": LONGEST})
    elif not remember(person(request), [form.cleaned_data["text"]]):
        said = _("This is noted already, or there are %(most)d notes, which is the most.")
        messages.error(request, said % {"most": MOST})
    return redirect("conversations:memory")


@require_POST
@login_required
def note(request: HttpRequest, memory_id: str) -> HttpResponse:
    """Change a note, or delete it."""
    found = Memory.objects.of(person(request)).filter(pk=memory_id).first()
    if found is None:
        raise Http404
    form = NoteForm(request.POST)
    if "delete" in request.POST:
        found.delete()
    elif form.is_valid():
        found.text = form.cleaned_data["text"]
        found.save(update_fields=["text", "updated_at"])
    else:
        messages.error(request, _("A note has 1 to %(most)d characters.") % {"most": LONGEST})
    return redirect("conversations:memory")


@require_POST
@login_required
def forget(request: HttpRequest) -> HttpResponse:
    """Delete all notes."""
    Memory.objects.of(person(request)).delete()
    messages.success(request, _("Everything is forgotten."))
    return redirect("conversations:memory")
