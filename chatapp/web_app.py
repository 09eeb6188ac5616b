"""What makes the app one that a phone or a desktop can install: the web app manifest.

A view, because it names icons by their hashed addresses. Browsers fetch it without a cookie, so it
says the same to everybody.
"""

from django.http import HttpRequest, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

SIZES = (192, 512)
PAPER = "#fdfdfc"  # as in style.css


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    start = reverse("conversations:new")
    described = {
        "id": start,
        "name": "Chatapp",
        "description": _("An assistant of your own."),
        "lang": get_language(),
        "dir": "rtl" if get_language_bidi() else "ltr",
        "start_url": start,
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PAPER,
        "icons": [
            *(_icon("chatapp", size, "any") for size in SIZES),
            # Launchers cut these to a shape of their own; the colour reaches every edge.
            *(_icon("chatapp-maskable", size, "maskable") for size in SIZES),
        ],
    }
    return JsonResponse(described, content_type="application/manifest+json")


def _icon(name: str, size: int, purpose: str) -> dict[str, str]:
    return {
        "src": static(f"icons/{name}-{size}.png"),
        "sizes": f"{size}x{size}",
        "type": "image/png",
        "purpose": purpose,
    }
