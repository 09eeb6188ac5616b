"""Where an invitation leads: a form that makes the account it is for."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth import login
from django.forms import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.generic import FormView

from chatapp.accounts.forms import AccountForm
from chatapp.accounts.models import Invitation
from chatapp.accounts.models.invitation import SpentError

if TYPE_CHECKING:
    _AccountFormView = FormView[AccountForm]  # generic for the type checker alone
else:
    _AccountFormView = FormView


class InvitationView(_AccountFormView):
    """Used, revoked, expired and unknown links all answer with the same page, as a 404."""

    template_name = "accounts/invitation.html"
    form_class = AccountForm
    invitation: Invitation

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        invitation = Invitation.find(kwargs["token"])
        if invitation is None:
            return self.link_is_spent()
        self.invitation = invitation
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        return model_to_dict(self.invitation, fields=AccountForm.Meta.fields)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(invitation=self.invitation, **kwargs)

    def form_valid(self, form: AccountForm) -> HttpResponse:
        person = form.save(commit=False)
        try:
            self.invitation.accept(person)
        except SpentError:
            return self.link_is_spent()
        login(self.request, person)
        return redirect("conversations:new")

    def link_is_spent(self) -> HttpResponse:
        return render(self.request, "accounts/link_spent.html", status=404)
