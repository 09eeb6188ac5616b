"""GET /v1/models and /v1/models/{id}: what the key may ask.

A model goes by its provider's name for it. Where several providers have one of a name, the first
of them has the name, the others go by `provider/name`.
"""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

from conversations.gateway.operations import JSON, Example, operation
from conversations.gateway.refusals import Refusal
from conversations.gateway.shapes import list_of, sdk
from conversations.models import ApiKey, Model
from conversations.models.database import in_database


def names(key: ApiKey) -> dict[str, Model]:
    """The models that can be asked through a key, by what they are called here."""
    found: dict[str, Model] = {}
    for model in key.offered():
        name = model.name if model.name not in found else f"{model.provider.name}/{model.name}"
        found.setdefault(name, model)
    return found


@operation(
    "listModels",
    "List the models",
    meaning="Those that the key may ask, the default first.",
    answers={JSON: list_of(sdk("Model"))},
    makes={"model_id": "/data/0/id"},
    example=Example("models.list"),
)
async def models(_: HttpRequest, key: ApiKey) -> HttpResponseBase:
    """All of them, the default first."""
    found = await in_database(names, key)
    return JsonResponse({"object": "list", "data": [_shown(*entry) for entry in found.items()]})


@operation(
    "retrieveModel",
    "Read a model",
    meaning="One of those that the key may ask.",
    answers={JSON: sdk("Model")},
    refuses=(404,),
    example=Example("models.retrieve"),
)
async def model(_: HttpRequest, key: ApiKey, model_id: str) -> HttpResponseBase:
    """One of them."""
    found = (await in_database(names, key)).get(model_id)
    if found is None:
        raise no_such_model(model_id, 404)
    return JsonResponse(_shown(model_id, found))


def no_such_model(name: str, status: int = 400) -> Refusal:
    said = f"The model '{name[:200]}' does not exist or you do not have access to it."
    return Refusal(status, said, "model_not_found", "model")


def _shown(name: str, model: Model) -> dict[str, Any]:
    return {
        "id": name,
        "object": "model",
        "created": int(model.provider.created_at.timestamp()),
        "owned_by": model.provider.name,
    }
