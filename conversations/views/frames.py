"""Pages that live in a sandboxed frame of a page of ours, with a policy of their own."""

from csp.constants import SELF
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

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


@require_safe
@xframe_options_sameorigin
@cache_control(max_age=3600)
@csp_replace(DRAWING)
def mermaid(request: HttpRequest) -> HttpResponse:
    """Draws diagrams for the page around it; holds nothing of anybody's."""
    return render(request, "conversations/mermaid_frame.html")
