"""Addresses that are handed to a person outside the app."""

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.http import HttpRequest
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from chatapp.accounts.models import User


def password_path(person: User) -> str:
    """The path of a link to set a new password, good once and for PASSWORD_RESET_TIMEOUT."""
    uid = urlsafe_base64_encode(force_bytes(person.pk))
    return reverse("accounts:new-password", args=[uid, default_token_generator.make_token(person)])


def absolute(path: str, request: HttpRequest | None = None) -> str:
    """The full address of a path, at the origin that the request came to or at the first one.

    Only a configured origin is used: ALLOWED_HOSTS does not look at the port of a Host header.
    """
    origin = f"{request.scheme}://{request.get_host()}" if request else ""
    return (origin if origin in settings.ORIGINS else settings.ORIGINS[0]) + path
