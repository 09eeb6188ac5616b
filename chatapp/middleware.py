"""Response headers that Django has no setting for, and the language of each request."""

import logging

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.deprecation import MiddlewareMixin

logger = logging.getLogger(__name__)

HEADERS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(), geolocation=(), microphone=(self), payment=(), usb=(), browsing-topics=()"
    ),
}


class LanguageMiddleware(LocaleMiddleware):
    """The language that a person has chosen; else that of their browser."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        if chosen := _chosen_by(request):
            translation.activate(chosen)
            request.LANGUAGE_CODE = translation.get_language()


def _chosen_by(request: HttpRequest) -> str:
    """Who asks is looked up here for the views as well; a database that is away is theirs to meet,
    and no reason to refuse what needs none.
    """
    try:
        return str(getattr(request.user, "language", ""))
    except DatabaseError as error:
        logger.warning("The language of a page is the browser's: %s", error)
        return ""


class SecurityHeadersMiddleware(MiddlewareMixin):
    """Adds HEADERS, and keeps pages out of every cache unless a view said otherwise."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response
