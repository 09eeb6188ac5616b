"""In the installation that the environment names: stores questions, and prints what they cost.

Run by `tests.bench.page` on an installation of its own.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import django

TRIES = 15


def main(name: str, conversations: Sequence[str]) -> dict[str, list[dict[str, float]]]:
    """Seconds and queries of each act, for each conversation."""
    from chatapp.accounts.models import User  # models can be loaded only after the set-up
    from conversations.models import Conversation, Model, Provider, Response
    from conversations.models.listing import state_of
    from conversations.protocol.items import user_message
    from conversations.turns.outgoing import request_of
    from conversations.turns.request import NewResponse, store

    owner = User.objects.get(username=name)
    Provider.objects.update(stateful=True)
    model = Model.objects.offered()[0]

    def send(conversation: Conversation, number: int) -> None:
        end = state_of(conversation)["end"]
        new = NewResponse(
            owner=owner,
            client_key=f"{conversation.pk} sent {number}",
            input=[user_message("And then?")],
            previous_response_id=end,
        )
        # As the provider that keeps it answered it.
        Response.objects.filter(pk=end).update(
            upstream_id=f"upstream_{number}", provider=model.provider, model_name=model.name
        )

        def sent() -> None:
            row, _ = store(new, "bench")
            assert request_of(row).sent == "chained"

        measured["sending"][-1].append(_cost(sent))
        Response.objects.filter(conversation=conversation, status="queued").delete()

    measured: dict[str, list[list[dict[str, float]]]] = {"opening": [], "sending": []}
    for conversation in Conversation.objects.filter(pk__in=conversations).order_by("pk"):
        measured["opening"].append([_cost(lambda: state_of(conversation)) for _ in range(TRIES)])  # noqa: B023
        measured["sending"].append([])
        for number in range(TRIES):
            send(conversation, number)
    return {act: [_middle(tries) for tries in found] for act, found in measured.items()}


def _cost(act: Callable[[], Any]) -> dict[str, float]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        begun = time.perf_counter()
        act()
        seconds = time.perf_counter() - begun
    return {"seconds": seconds, "queries": len(queries)}


def _middle(tries: list[dict[str, float]]) -> dict[str, float]:
    return sorted(tries, key=lambda cost: cost["seconds"])[len(tries) // 2]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatapp.settings")
    django.setup()
    sys.stdout.write(json.dumps(main(sys.argv[1], sys.argv[2:])))
