"""In the installation that the environment names: fills it, searches, and prints how long it took.

Run by `tests.bench.search` on an installation of its own.
"""

import json
import os
import random
import sys
import time
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from chatapp.accounts.models import User

BATCH = 5_000
A_CONVERSATION = 100  # messages
WORDS_A_MESSAGE = 80
TRIES = 15
VOCABULARY = [f"{letter}{number}" for number in range(2_000) for letter in "vwxyz"]
WEIGHTS = [1 / rank for rank in range(1, len(VOCABULARY) + 1)]  # Zipf's law
QUERIES = {
    "a frequent word": "v0",
    "a rare word": "z1999",
    "frequent and rare": "w3 v1500",
    "in every message": "lighthouse",
    "Chinese": "机器学习",
    "one Chinese letter": "习",
    "one Latin letter": "w",
    "nowhere": "nowhere",
}


def main(messages: int) -> dict[str, list[float]]:
    """Seconds of each try, by what was searched for."""
    from django.db import connection  # models can be loaded only after the set-up

    from chatapp.accounts.models import User
    from conversations.models.search import search

    people = [User.objects.create_user(f"person{number}") for number in range(3)]
    _fill(people, messages)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as its own servant does before long

    def seconds(query: str) -> float:
        begun = time.perf_counter()
        search(people[0], query)
        return time.perf_counter() - begun

    return {name: [seconds(query) for _ in range(TRIES)] for name, query in QUERIES.items()}


def _fill(people: "list[User]", messages: int) -> None:
    """The first person has half of the messages, the others share the rest."""
    from conversations.models import Conversation, Response
    from conversations.models.search_entry import index

    some = random.Random(1)

    def text(words: int) -> str:
        return " ".join(some.choices(VOCABULARY, WEIGHTS, k=words))

    conversations = [
        Conversation(owner=people[0] if number % 2 else some.choice(people[1:]), title=text(5))
        for number in range(max(2, messages // A_CONVERSATION))
    ]
    Conversation.objects.bulk_create(conversations)
    for begin in range(0, messages, BATCH):
        rows = [
            Response(
                conversation=(found := conversations[number % len(conversations)]),
                owner_id=found.owner_id,
                client_key=str(number),
                text=f"{text(WORDS_A_MESSAGE)} lighthouse 机器学习很有意思",
            )
            for number in range(begin, min(messages, begin + BATCH))
        ]
        Response.objects.bulk_create(rows)
        index(rows)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatapp.settings")
    django.setup()
    sys.stdout.write(json.dumps(main(int(sys.argv[1]))))
