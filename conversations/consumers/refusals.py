"""The errors that a socket answers with, in the API's form."""

from typing import Any

from django.utils.translation import gettext

from conversations.consumers.frames import error_frame
from conversations.turns.request import RequestError


def no_such_answer(response_id: str) -> dict[str, Any]:
    """For an answer that is not there, or not this person's."""
    return error_frame(
        gettext("This answer does not exist."),
        "not_found",
        status=404,
        param="response_id",
        stream_id=response_id,
    )


def refusal(
    error: RequestError, *, client_key: str | None = None, stream_id: str | None = None
) -> dict[str, Any]:
    """For what can't be carried out, with the key or the answer that it is about."""
    return error_frame(
        error.said(),
        error.code,
        status=error.status,
        param=error.param,
        client_key=client_key,
        stream_id=stream_id,
    )


def busy(client_key: str | None = None, stream_id: str | None = None) -> dict[str, Any]:
    """For a database that is away: the same may be asked again."""
    return error_frame(
        gettext("The database does not answer at the moment. Nothing is lost; try again shortly."),
        "database_unavailable",
        status=503,
        client_key=client_key,
        stream_id=stream_id,
    )
