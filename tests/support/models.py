"""Rows that many tests need."""

from datetime import UTC, datetime
from typing import Any

from chatapp.accounts.models import User
from conversations.models import Conversation, Model, Provider, Response
from conversations.models.response import Status
from conversations.models.search_entry import index
from conversations.protocol.items import user_message
from tests.support.scripted import message

WHEN = datetime(2026, 11, 26, tzinfo=UTC)


def make_model(name: str = "model-1", provider: str = "Example", **fields: Any) -> Model:
    """A model that is offered, of a provider that is made if need be."""
    where, _ = Provider.objects.get_or_create(
        name=provider, defaults={"base_url": "http://provider.test/v1"}
    )
    return Model.objects.create(provider=where, name=name, **fields)


def make_response(
    conversation: Conversation,
    question: str = "What?",
    answer: str = "That.",
    previous: Response | None = None,
    **fields: Any,
) -> Response:
    """A stored answer, complete unless the fields say otherwise."""
    defaults = {
        "status": Status.COMPLETED,
        "input": [user_message(question)],
        "output": [message(answer)] if answer else [],
        "model_name": "model-1",
        "client_key": f"key {Response.objects.count()}",
        "owner": conversation.owner,
    }
    response = Response(
        conversation=conversation, previous_response=previous, **(defaults | fields)
    )
    response.text = response.as_text()
    response.save(force_insert=True)
    index([response])
    return response


def make_conversation(owner: User, title: str = "A conversation", **fields: Any) -> Conversation:
    return Conversation.objects.create(owner=owner, title=title, **fields)


def make_chain(owner: User, length: int) -> tuple[Conversation, list[str]]:
    """A conversation without branches, and the ids of its responses."""
    conversation = make_conversation(owner)
    rows: list[Response] = []
    for number in range(length):
        rows.append(
            Response(
                conversation=conversation,
                owner=owner,
                client_key=f"{conversation.pk}{number:06}",
                input=[user_message("What comes next?")],
                output=[message("The next one.")],
                status="completed",
                model_name="model-1",
                created_at=WHEN,
                previous_response_id=rows[-1].id if rows else None,
            )
        )
    Response.objects.bulk_create(rows, batch_size=500)
    return conversation, [row.id for row in rows]
