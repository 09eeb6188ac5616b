"""The reference of the API as a page: the description in words, with examples to copy."""

import asyncio
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from chatapp.accounts.models import User
from conversations.gateway.asking_shapes import COMPONENTS
from conversations.gateway.chapters import chapters_of, part_of
from conversations.gateway.description import ERRORS
from conversations.gateway.snippets import MODEL, beginnings
from conversations.gateway.urls import description
from conversations.models import Model

NO_SUCH_METHOD = "The address has no such method; `Allow` says which it has."


@require_safe
@login_required
async def reference(request: HttpRequest) -> HttpResponseBase:
    """Each address with what it takes and gives. The examples have this installation's address,
    and a model that the person may ask.
    """
    document = await asyncio.to_thread(lambda: description.document)
    return await sync_to_async(_page)(request, document)


def _page(request: HttpRequest, document: dict[str, Any]) -> HttpResponse:
    assert isinstance(request.user, User)
    model = Model.objects.offered_to(request.user).first()
    base_url = request.build_absolute_uri("/v1")
    context = {
        "base_url": base_url,
        "beginnings": beginnings(base_url),
        "chapters": chapters_of(document, description.addresses, model.name if model else MODEL),
        "parts": [part_of(name, document) for name in COMPONENTS],
        "errors": _errors(document),
    }
    return render(request, "conversations/api_reference.html", context)


def _errors(document: dict[str, Any]) -> dict[int, str]:
    """Those that there can be, in the order of their numbers."""
    operations = (each for path in document["paths"].values() for each in path.values())
    statuses = {int(status) for told in operations for status in told["responses"]} - {200}
    told = {status: ERRORS[status] for status in statuses} | {405: NO_SUCH_METHOD}
    return dict(sorted(told.items()))
