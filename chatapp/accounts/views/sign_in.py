"""Signing in and out, and one's own password."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import (
    LoginView,
    LogoutView,
    PasswordChangeView,
    PasswordResetConfirmView,
)
from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from chatapp.accounts import audit
from chatapp.accounts.forms import SignInForm
from chatapp.accounts.models import User


class SignInView(LoginView):
    template_name = "accounts/sign_in.html"
    form_class = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(nobody_has_an_account=not User.objects.exists(), **kwargs)


class SignOutView(LogoutView):
    pass


class PasswordView(PasswordChangeView):
    """Changing one's own password: this session stays, all others end."""

    template_name = "accounts/password.html"
    success_url = reverse_lazy("accounts:password")

    def form_valid(self, form: Any) -> HttpResponse:
        audit.record(form.user, form.user, "Changed the password.")
        messages.success(
            self.request, _("Your password was changed. You were signed out everywhere else.")
        )
        return super().form_valid(form)


class NewPasswordView(PasswordResetConfirmView):
    """Where a password link leads: set a new password without the old one, and be signed in."""

    template_name = "accounts/new_password.html"
    post_reset_login = True

    @transaction.atomic
    def dispatch(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Check the link and spend it under one lock: of two posts at once only one succeeds."""
        return super().dispatch(*args, **kwargs)

    def get_user(self, uidb64: str) -> User | None:
        """The person of the link, locked; None if there is none or they were deactivated."""
        user = super().get_user(uidb64)
        if user is None:
            return None
        return User.objects.select_for_update().filter(pk=user.pk, is_active=True).first()

    def get_success_url(self) -> str:
        return resolve_url("conversations:new")

    def form_valid(self, form: Any) -> HttpResponse:
        audit.record(form.user, form.user, "Set a new password through a link.")
        return super().form_valid(form)

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        if not self.validlink:
            kwargs["status"] = 404
        return super().render_to_response(context, **kwargs)
