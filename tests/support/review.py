"""Rows with all that the admin shows of them."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from conversations.models import Conversation, Provider, Response, ToolCall
from tests.support import models


def make_response(
    conversation: Conversation,
    question: str = "Which is the longest?",
    answer: str = "The Nile, most say.",
    **fields: Any,
) -> Response:
    """An answer with its tokens and times."""
    now = timezone.now()
    defaults: dict[str, Any] = {
        "model_name": "small-1",
        "usage": {"input_tokens": 11, "output_tokens": 22, "total_tokens": 33},
        "sent": Response.Sent.FIRST,
        "started_at": now - timedelta(seconds=2.5),
        "completed_at": now,
    }
    return models.make_response(conversation, question, answer, **defaults | fields)


def make_call(response: Response, **fields: Any) -> ToolCall:
    """A call of a tool that took a second and a half."""
    now = timezone.now()
    defaults: dict[str, Any] = {
        "output_index": ToolCall.objects.filter(response=response).count(),
        "name": "calculate",
        "arguments": '{"expression": "17*23"}',
        "output": '{"result": "391"}',
        "size": 17,
        "began_at": now - timedelta(seconds=1.5),
        "ended_at": now,
    }
    return ToolCall.objects.create(response=response, **defaults | fields)


def make_provider(name: str = "Local", **fields: Any) -> Provider:
    defaults = {"base_url": "https://llm.example/v1", "api_key": "sk-very-secret-key"}
    return Provider.objects.create(name=name, **defaults | fields)
