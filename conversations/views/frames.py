"""Pages that live in a sandboxed frame of a page of ours, with a policy of their own."""

from typing import TYPE_CHECKING, Any

from csp.constants import SELF
from csp.decorators import csp_replace, csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

if TYPE_CHECKING:
    from collections.abc import Callable

# Who draws a model's diagrams has no origin, reaches nothing, and may style what it draws.
DRAWING = {
    "sandbox": ["allow-scripts"],
    "script-src": [SELF],
    "style-src": ["'unsafe-inline'"],
    "font-src": ["data:"],
    "img-src": ["data:"],
    "connect-src": None,
    "manifest-src": None,
    "frame-ancestors": [SELF],
    "require-trusted-types-for": None,
    "trusted-types": None,
}

# A page that shows what a model wrote: it alone may hold the frame.
_framing: Any = csp_update({"frame-src": [SELF]})
render_with_diagrams: "Callable[..., HttpResponse]" = _framing(render)


@require_safe
@xframe_options_sameorigin
@cache_control(max_age=3600)
@csp_replace(DRAWING)
def mermaid(request: HttpRequest) -> HttpResponse:
    """Draws diagrams for the page around it; holds nothing of anybody's."""
    return render(request, "conversations/mermaid_frame.html")
