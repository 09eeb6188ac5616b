"""Good or bad: what a person says of an answer."""

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods

from chatapp.accounts.models import User
from conversations.models.database import in_database
from conversations.models.rating import rate
from conversations.models.response import Rating
from conversations.protocol.jsontext import BadJSON, loads
from conversations.views.api import Refused, for_people

NO_ANSWER = Refused(404, "not_found", "This answer does not exist.")
RATINGS = {"", *Rating.values}


@require_http_methods(["PUT"])
@for_people
async def rating(request: HttpRequest, user: User, response_id: str) -> HttpResponseBase:
    """Rate an answer, or take the rating back with an empty one."""
    try:
        body = loads(request.body)
    except BadJSON as error:
        raise Refused(400, "invalid_json", "The body is not valid JSON.") from error
    value = body.get("rating") if isinstance(body, dict) else None
    if not isinstance(value, str) or value not in RATINGS:
        raise Refused(400, "invalid_rating", "A rating is good, bad or empty.")
    if not await in_database(rate, user, response_id, value):
        raise NO_ANSWER
    return JsonResponse({"id": response_id, "rating": value})
