"""The page on which an administrator manages who has an account."""

from abc import ABC, abstractmethod
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin, UserPassesTestMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View

from chatapp.accounts import audit, links, people
from chatapp.accounts.forms import ActiveForm, InvitationForm, RoleForm
from chatapp.accounts.models import Invitation, Role, User


class AdministratorMixin(LoginRequiredMixin, UserPassesTestMixin):
    """Strangers are asked to sign in; anybody else without the right gets a 403."""

    request: HttpRequest

    def test_func(self) -> bool:
        return self.administrator.is_superuser

    @property
    def administrator(self) -> User:
        return cast("User", self.request.user)


class PeopleView(AdministratorMixin, View):
    """Everybody who has an account or an open invitation, and the form that makes one."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(InvitationForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = InvitationForm(request.POST)
        if not form.is_valid():
            return self.page(form)
        invitation, path = Invitation.issue(created_by=self.administrator, **form.cleaned_data)
        audit.record(self.administrator, invitation, "Invited.")
        return _link_page(request, path, invitation=invitation)

    def page(self, form: InvitationForm) -> HttpResponse:
        pending = Invitation.objects.pending().exclude(created_by=None)
        context = {
            "form": form,
            "people": User.objects.order_by("-is_active", "username"),
            "invitations": pending.select_related("created_by").order_by("-created_at"),
            "roles": Role.choices,
        }
        return render(self.request, "accounts/people.html", context)


class PersonView(AdministratorMixin, View, ABC):
    """One change to one person; each subclass is one button of the page."""

    form_class: type[forms.Form] = forms.Form
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = get_object_or_404(User, pk=pk)
        form = self.form_class(request.POST)
        if not form.is_valid():
            return HttpResponse(status=400)
        try:
            return self.change(person, **form.cleaned_data)
        except people.LastAdministratorError:
            messages.error(
                request, _("Nothing was changed: this is the only administrator who can sign in.")
            )
            return redirect("accounts:people")

    @abstractmethod
    def change(self, person: User, **values: Any) -> HttpResponse:
        """Make the change, with the form's cleaned values."""


class RoleView(PersonView):
    """Gives the person another role."""

    form_class = RoleForm

    def change(self, person: User, **values: Any) -> HttpResponse:
        people.change_role(person, Role(values["role"]), self.administrator)
        return redirect("accounts:people")


class ActiveView(PersonView):
    """Deactivates the person, or lets them sign in again."""

    form_class = ActiveForm

    def change(self, person: User, **values: Any) -> HttpResponse:
        people.set_active(person, values["active"], self.administrator)
        return redirect("accounts:people")


class PasswordLinkView(PersonView):
    """Makes a link with which the person sets a new password, and shows it this one time."""

    def change(self, person: User, **values: Any) -> HttpResponse:
        audit.record(self.administrator, person, "Made a password link.")
        return _link_page(self.request, links.password_path(person), person=person)


class RevokeView(AdministratorMixin, View):
    """Ends an invitation that was not accepted yet."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        invitation = get_object_or_404(Invitation, pk=pk)
        invitation.revoke()
        audit.record(self.administrator, invitation, "Revoked.")
        return redirect("accounts:people")


def _link_page(request: HttpRequest, path: str, **context: Any) -> HttpResponse:
    # The answer to the POST itself: keeping the link for a redirect would store it.
    link = links.absolute(path, request)
    return render(request, "accounts/link.html", {"link": link, **context})
