"""A person with an account, and the three roles that one can have."""

from collections.abc import Collection, Iterable, Iterator
from functools import partial
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from chatapp.accounts.signals import access_changed

# A change of one of these ends what was opened before: sessions by Django, sockets by the signal.
ACCESS_FIELDS = ("password", "is_active", "is_staff", "is_superuser")


class Role(models.TextChoices):
    """What a person may do. The owner is the first administrator; there is no fourth role."""

    ADMINISTRATOR = "administrator", _("Administrator")
    REVIEWER = "reviewer", _("Reviewer")
    MEMBER = "member", _("Member")


class User(AbstractUser):
    """A person. `role` is kept in Django's own flags, so that its tools understand it too."""

    language = models.CharField(
        _("Language"), max_length=10, blank=True, help_text=_("Of the app; models answer in yours.")
    )
    memory_on = models.BooleanField(
        _("Remember things about me"),
        default=True,
        help_text=_("Models are told what is listed here, with each question in any chat."),
    )
    memory_learns = models.BooleanField(
        _("Note things by itself"),
        default=False,
        help_text=_("After each answer the model looks for what is worth remembering."),
    )
    shortcuts = models.JSONField(
        default=dict,
        db_default=models.Value({}, models.JSONField()),
        blank=True,
        editable=False,
    )
    hides_scripts = models.BooleanField(
        default=False,
        db_default=False,
        editable=False,
        help_text="Whether the list of conversations is without those that scripts began.",
    )

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    @property
    def name(self) -> str:
        """What to call the person on the page: the full name, or the username without one."""
        return self.get_full_name() or self.username

    @property
    def role(self) -> Role:
        if self.is_superuser:
            return Role.ADMINISTRATOR
        return Role.REVIEWER if self.is_staff else Role.MEMBER

    @role.setter
    def role(self, role: Role) -> None:
        self.is_superuser = role == Role.ADMINISTRATOR
        self.is_staff = role != Role.MEMBER

    def get_session_auth_hash(self) -> str:
        """Django's, made of the rights as well: a new role ends the sessions of the old one."""
        return self._access_hash(settings.SECRET_KEY)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._access_hash(secret)

    def _access_hash(self, secret: str | bytes) -> str:
        rights = f"{self.password}|{self.is_staff:d}|{self.is_superuser:d}"
        return salted_hmac("accounts.session", rights, secret, algorithm="sha256").hexdigest()

    @classmethod
    def from_db(
        cls, db: str | None, field_names: Collection[str], values: Collection[Any], **kwargs: Any
    ) -> Self:
        user = super().from_db(db, field_names, values, **kwargs)
        user._stored_access = user._access()
        return user

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Save, and send `access_changed` if one of ACCESS_FIELDS was written with a new value."""
        written = set(ACCESS_FIELDS if update_fields is None else update_fields)
        before = getattr(self, "_stored_access", None)
        super().save(*args, update_fields=update_fields, **kwargs)
        after = {name: value for name, value in self._access().items() if name in written}
        self._stored_access = (before or {}) | after
        if before is not None and before != self._stored_access:
            self.announce_change_of_access()

    def announce_change_of_access(self) -> None:
        send = partial(access_changed.send_robust, User, user_id=self.pk, session_key=None)
        transaction.on_commit(send)

    def _access(self) -> dict[str, Any]:
        """The values of ACCESS_FIELDS that are loaded; asking for a deferred one would query."""
        return {name: self.__dict__[name] for name in ACCESS_FIELDS if name in self.__dict__}
