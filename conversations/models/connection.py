"""How a provider is reached, beside its address and its key."""

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from conversations.models.encryption import EncryptedTextField

DEADLINES = ("connect_seconds", "first_event_seconds", "silence_seconds", "total_seconds")
# How it is reached, beside its address and key.
CONNECTION = ("organization", "project", "proxy", "headers", *DEADLINES)
IN_A_HEADER = RegexValidator(r"^[!-~]*\Z", _("Letters, digits and signs, without blanks."))


def sealed_field(help_text: str) -> EncryptedTextField:
    """Text that may hold a secret; rows that an earlier version makes have none."""
    return EncryptedTextField(blank=True, default="", db_default="", help_text=help_text)


def id_field(help_text: str) -> "models.CharField[str, str]":
    """An id that is sent as a header."""
    return models.CharField(
        max_length=200,
        blank=True,
        default="",
        db_default="",
        validators=[IN_A_HEADER],
        help_text=help_text,
    )


def seconds_field(help_text: str) -> "models.PositiveIntegerField[int | None, int | None]":
    """A deadline; empty where the usual one holds."""
    return models.PositiveIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(24 * 3600)],
        help_text=help_text,
    )


class Connection(models.Model):
    """What few providers need. Headers and the address of a proxy may hold secrets."""

    organization = id_field("The organization that its answers are billed to.")
    project = id_field("The project that its answers are billed to.")
    proxy = sealed_field("The proxy it is reached through; empty: that of the server.")
    headers = sealed_field("What it is sent beside the key, a line each.")
    connect_seconds = seconds_field("How long connecting may take.")
    first_event_seconds = seconds_field("How long an answer may take to begin.")
    silence_seconds = seconds_field("How long it may be silent in an answer.")
    total_seconds = seconds_field("How long a whole answer may take.")

    class Meta:
        abstract = True
