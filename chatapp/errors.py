"""What is refused before any view is asked, in the form of the address that was asked."""

from django.http import HttpRequest, HttpResponse
from django.views import defaults

from conversations.gateway.entry import as_answer
from conversations.gateway.refusals import Refusal


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Such as one for a host that is not ours."""
    if request.path.startswith("/v1"):
        return as_answer(Refusal(400, "This request is not for this server.", "bad_request"))
    answer: HttpResponse = defaults.bad_request(request, exception)
    return answer
