"""A long conversation of somebody's: ``python -m tests.support.add_turns NAME TURNS SIZE``.

Prints its id and those of its responses, root first, as JSON; Django's environment variables say
in which database. SIZE is the length of an answer in characters.
"""

import json
import os
import random
import sys
from typing import TYPE_CHECKING

import django

from tests.support.processes import output_of
from tests.support.server import environment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILLING = 60.0  # seconds that it may take
BATCH = 500
WORDS = [
    "the",
    "light",
    "of",
    "a",
    "quiet",
    "harbour",
    "falls",
    "on",
    "boats",
    "which",
    "nobody",
    "has",
    "moved",
    "since",
    "autumn",
]
CODE = """```python
def harbour(boats: list[str]) -> dict[str, int]:
    \"\"\"How many letters each boat's name has.\"\"\"
    return {boat: len(boat) for boat in sorted(boats)}
```"""
TABLE = "| boat | length |\n|---|---:|\n| Ada | 12 |\n| Grace | 9 |"
LIST = "- first the **anchor**\n- then the `rope`\n- and last the [chart](https://example.com/)"


def add_turns(
    data_dir: "Path", name: str, turns: int, size: int = 200, **settings: str
) -> tuple[str, list[str]]:
    """Store a conversation for somebody with an account; its id, and its responses'."""
    arguments = ["-m", "tests.support.add_turns", name, str(turns), str(size)]
    found: Mapping[str, list[str]] = json.loads(
        output_of(arguments, environment(data_dir) | settings, FILLING)
    )
    ((conversation, responses),) = found.items()
    return conversation, responses


def answer_of(number: int, size: int) -> str:
    """Markdown as models write it, the same for the same number."""
    some = random.Random(number)
    parts = [f"Answer {number}."]
    while (left := size - sum(map(len, parts))) > 0:
        words = " ".join(some.choices(WORDS, k=12)).capitalize() + "."
        parts.append(some.choice((words, words, words, CODE, TABLE, LIST))[: max(left, 40)])
        if parts[-1].startswith("```") and not parts[-1].endswith("```"):
            parts[-1] = words[:left]
    return "\n\n".join([*parts, f"End {number}."])


def add(name: str, turns: int, size: int) -> dict[str, list[str]]:
    """Store it in the database that the environment names."""
    from chatapp.accounts.models import User  # models can be loaded only after the set-up
    from conversations.models import Conversation, Model, Response
    from conversations.models.search_entry import index
    from conversations.protocol.items import user_message
    from tests.support.scripted import message

    owner = User.objects.get(username=name)
    conversation = Conversation.objects.create(
        owner=owner, title="A long conversation", title_source="person"
    )
    model = Model.objects.offered().first()
    rows: list[Response] = []
    for number in range(turns):
        row = Response(
            conversation=conversation,
            owner=owner,
            client_key=f"{conversation.pk} {number}",
            model=model,
            provider=model.provider if model else None,
            model_name=model.name if model else "",
            input=[user_message(f"Question {number}?")],
            output=[message(answer_of(number, size))],
            status="completed",
            previous_response_id=rows[-1].id if rows else None,
        )
        row.text = row.as_text()
        rows.append(row)
    Response.objects.bulk_create(rows, BATCH)
    index(rows)
    return {conversation.pk: [row.id for row in rows]}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatapp.settings")
    django.setup()
    sys.stdout.write(json.dumps(add(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
