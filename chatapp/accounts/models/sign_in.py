"""Attempts to sign in: what the throttle counts, and the trail of who signed in from where."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SignIn(models.Model):
    """One attempt. Only a hash of the typed name is kept: it may be a password by mistake."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, verbose_name=_("person")
    )
    name_hash = models.CharField(max_length=64)
    address = models.CharField(_("address"), max_length=45)
    succeeded = models.BooleanField(_("succeeded"), default=False)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        indexes = [
            models.Index(fields=["address", "at"], name="sign_in_from_address"),
            models.Index(fields=["name_hash", "at"], name="sign_in_as_name"),
            models.Index(fields=["at"], name="sign_in_at"),
        ]

    def __str__(self) -> str:
        return f"{self.user or '?'} · {self.address}"
