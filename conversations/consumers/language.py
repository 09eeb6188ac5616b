"""The language in which a socket speaks to its person."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header

if TYPE_CHECKING:
    from chatapp.accounts.models import User


def language_of(user: "User", headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The one that the person chose, else the first that their browser asks for, else the app's."""
    asked = b",".join(value for name, value in headers if name == b"accept-language")
    browsers = [code for code, _ in parse_accept_lang_header(asked.decode("latin-1"))]
    for code in filter(None, [user.language, *browsers]):
        try:
            return get_supported_language_variant(code)
        except LookupError:
            continue
    return str(settings.LANGUAGE_CODE)
