"""POST /v1/responses/input_tokens: what a question would take of a model's context, not asked."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

from conversations.gateway.asking import Asked, as_object, asked_of, unknown
from conversations.gateway.asking_shapes import counting
from conversations.gateway.attaching import attached
from conversations.gateway.bodies import body_of
from conversations.gateway.models import names
from conversations.gateway.operations import JSON, OF_MODELS, WITH_BODY, Example, operation
from conversations.gateway.refusals import Refusal
from conversations.gateway.shapes import sdk
from conversations.gateway.starting import new_response
from conversations.models import ApiKey
from conversations.models.database import in_database
from conversations.turns.errors import RequestError
from conversations.turns.estimate import COUNTED, estimate
from conversations.turns.limiting import count_one

TAKEN = COUNTED | {"conversation"}
NOTHING = "?"  # in the place of an input that is not given


@operation(
    "countInputTokens",
    "Count what a question would take",
    meaning="Of a model's context, as the provider counts it where it does. Nothing is stored.",
    body=counting(TAKEN),
    answers={JSON: sdk("responses.InputTokenCountResponse")},
    refuses=(*WITH_BODY, 404, *OF_MODELS),
    example=Example("responses.input_tokens.count", {"model": "guide", "input": "Hello"}),
)
async def count(request: HttpRequest, key: ApiKey) -> HttpResponseBase:
    """As the provider counts it, where it does; else about so many. Nothing is stored; it
    counts as a request, for the provider is asked.
    """
    asked = await in_database(_asked, key, as_object(await body_of(request)))
    async with attached(key, asked, briefly=True) as whole:
        new = await in_database(new_response, key, whole)
        try:
            await in_database(count_one, key.owner_id, key.pk)
            counted = await estimate(new, exact=True)
        except RequestError as error:
            raise Refusal.of_request(error) from error
    tokens = {"object": "response.input_tokens", "input_tokens": counted.input_tokens}
    return JsonResponse(tokens)


def _asked(key: ApiKey, body: dict[str, Any]) -> Asked:
    """A question with what is given of it, to the first model of the key's where none is named."""
    given = {name: value for name, value in body.items() if value is not None}
    for name in given.keys() - TAKEN:
        raise unknown(name)
    asked = asked_of({"model": next(iter(names(key)), ""), "input": NOTHING, **given})
    return asked if "input" in given else replace(asked, input=[])
