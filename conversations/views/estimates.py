"""What the next message would take of the context, asked for while it is being written."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_POST
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chatapp.accounts.models import User
from conversations.files.kinds import MAX_PER_MESSAGE
from conversations.protocol.items import user_message
from conversations.protocol.jsontext import BadJSON, loads
from conversations.protocol.settings import BadParameter, checked
from conversations.turns.estimate import estimate
from conversations.turns.request import NewResponse, RequestError
from conversations.views.api import Refused, for_people

MOST_MODELS = 4


class Draft(BaseModel):
    """What is asked, of one model or of `models`: `files` are the ids of those attached, `folder`
    is the one that a new conversation will be in. `exact` has the provider count, if it can; but
    nobody counts what is not begun to be written.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    model: str | None = None
    models: list[str] = Field(default_factory=list, max_length=MOST_MODELS)
    assistant: str | None = None
    previous_response_id: str | None = None
    input: str = Field(default="", max_length=200_000)
    files: list[str] = Field(default_factory=list, max_length=MAX_PER_MESSAGE)
    folder: str | None = None
    temporary: bool = False
    settings: dict[str, Any] = Field(default_factory=dict)
    exact: bool = False


@require_POST
@for_people
async def next_message(request: HttpRequest, user: User) -> HttpResponseBase:
    """The tokens and the cost of a message that is not sent yet."""
    draft, chosen = _read(request)
    new = NewResponse(
        owner=user,
        client_key="",
        input=_input_of(draft),
        model_id=draft.models[0] if draft.models else draft.model,
        beside=draft.models[1:],
        assistant_id=draft.assistant,
        previous_response_id=draft.previous_response_id,
        temporary=draft.temporary,
        folder_id=draft.folder,
        chosen=chosen,
    )
    try:
        return JsonResponse((await estimate(new, exact=draft.exact)).as_json())
    except RequestError as error:
        raise Refused(error.status, error.code, error.message) from error


def _input_of(draft: Draft) -> list[dict[str, Any]]:
    if not draft.files:
        return [user_message(draft.input)] if draft.input else []
    said = user_message(draft.input)["content"] if draft.input else []
    files = [{"type": "input_file", "file_id": file_id} for file_id in draft.files]
    return [{"type": "message", "role": "user", "content": [*said, *files]}]


def _read(request: HttpRequest) -> tuple[Draft, dict[str, Any]]:
    try:
        draft = Draft.model_validate(loads(request.body))
        return draft, checked(draft.settings)
    except BadJSON as error:
        raise Refused(400, "invalid_json", "The body is not valid JSON.") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise Refused(400, "invalid_draft", str(first["msg"])) from error
    except BadParameter as error:
        raise Refused(400, "invalid_setting", f"{error.param}: {error.message}") from error
