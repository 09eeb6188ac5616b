from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, UserCreationForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from chatapp.accounts import throttle
from chatapp.accounts.models import Invitation, Role, User

if TYPE_CHECKING:
    # Generic for the type checker alone.
    _InvitationForm = forms.ModelForm[Invitation]
    _AccountForm = UserCreationForm[User]
else:
    _InvitationForm = forms.ModelForm
    _AccountForm = UserCreationForm


class SignInForm(AuthenticationForm):
    """Django's, with the throttle before any look at the password."""

    error_messages = AuthenticationForm.error_messages | {
        "throttled": _("Too many attempts. Wait five minutes, then try again."),
    }

    def clean(self) -> dict[str, Any]:
        name = self.cleaned_data.get("username", "")
        if not (name and self.cleaned_data.get("password")):
            return self.cleaned_data
        attempt = throttle.begin(name, throttle.address_of(self.request))
        if attempt is None:
            raise ValidationError(self.error_messages["throttled"], code="throttled")
        cleaned = super().clean()
        throttle.succeed(attempt)
        return cleaned


class AccountForm(_AccountForm):
    """What a person fills in to make the account that they were invited to."""

    class Meta(UserCreationForm.Meta):
        model = User
        fields = ("username", "first_name", "last_name", "email")


class InvitationForm(_InvitationForm):
    """Whom to invite. What is left empty is asked of the person."""

    class Meta:
        model = Invitation
        fields = ("role", "username", "first_name", "last_name", "email")

    def clean_username(self) -> str:
        name: str = User.normalize_username(self.cleaned_data["username"])
        if name:
            User.username_validator(name)
            if User.objects.filter(username__iexact=name).exists():
                raise ValidationError(_("A person with that username already exists."))
        return name


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=Role.choices)


class ActiveForm(forms.Form):
    active = forms.TypedChoiceField(choices=[("yes", ""), ("no", "")], coerce="yes".__eq__)
