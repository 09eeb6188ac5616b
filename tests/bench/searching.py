"""In the installation that the environment names: fills it, searches, and prints how long it took.

Run by `tests.bench.search` on an installation of its own.
"""

import json
import os
import random
import sys
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chatapp.accounts.models import User
    from conversations.models import Response
    from conversations.models.search_filters import Filters

BATCH = 5_000
A_CONVERSATION = 100  # messages
WORDS_A_MESSAGE = 80
TEXTS = 9_973  # that are different; a prime, so that each is written by everybody
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
WORD = "v0"  # in nearly every message
A_TENTH, A_HUNDREDTH = 10, 100


def main(messages: int) -> dict[str, list[float]]:
    """Seconds of each try, by what was searched for."""
    from django.db import connection  # models can be loaded only after the set-up

    from chatapp.accounts.models import User
    from conversations.models.search import search
    from conversations.models.search_filters import Filters

    people = [User.objects.create_user(f"person{number}") for number in range(3)]
    _fill(people, messages)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as its own servant does before long

    def seconds(query: str, filters: Filters) -> float:
        begun = time.perf_counter()
        search(people[0], query, filters=filters)
        return time.perf_counter() - begun

    asked = {name: (query, Filters()) for name, query in QUERIES.items()}
    for name, filters in filters_of(people[0]).items():
        asked[name] = ("", filters)
        asked[f"{name}, and a word"] = (WORD, filters)
    return {name: [seconds(*one) for _ in range(TRIES)] for name, one in asked.items()}


def filters_of(person: "User") -> "dict[str, Filters]":
    """Each filter, to something that is there; all of them; and to what is nowhere."""
    from conversations.models import Folder, Response, Tag
    from conversations.models.search_filters import Filters

    own = Response.objects.filter(owner=person).order_by("created_at")
    day = own[own.count() // 2].created_at
    rare, folder = own.exclude(model=None).latest("id").model_id, Folder.objects.get(owner=person)
    tag = Tag.objects.get(owner=person)
    end = day + timedelta(days=7)
    return {
        "a week": Filters(day, end),
        "the last days": Filters(since=own[max(0, own.count() - 50)].created_at),
        "a model": Filters(model=str(rare)),
        "a folder": Filters(folder=folder.pk),
        "a tag": Filters(tag=tag.pk),
        "archived": Filters(archived="only"),
        "not archived": Filters(archived="no"),
        "files": Filters(files=True),
        "all of them": Filters(day, end, str(rare), folder.pk, "only", True, tag.pk),
        "a model of nobody": Filters(model="model_of_nobody"),
        "a tag of nobody": Filters(tag="tag_of_nobody"),
    }


def _fill(people: "list[User]", messages: int) -> None:
    """The first person has half of the messages, the others share the rest."""
    from django.utils import timezone

    from conversations.models import Conversation, Response
    from conversations.models.search_entry import SearchEntry, put
    from conversations.models.words import indexed
    from tests.support.models import make_model

    some = random.Random(1)
    often, rare = make_model("often"), make_model("rare")
    now = timezone.now()

    def text(words: int) -> str:
        return " ".join(some.choices(VOCABULARY, WEIGHTS, k=words))

    conversations = [
        Conversation(owner=people[0] if number % 2 else some.choice(people[1:]), title=text(5))
        for number in range(max(2, messages // A_CONVERSATION))
    ]
    texts = [f"{text(WORDS_A_MESSAGE)} lighthouse 机器学习很有意思" for _ in range(TEXTS)]
    words = [indexed(one) for one in texts]
    Conversation.objects.bulk_create(conversations)
    _put_in_order(people[0])
    for begin in range(0, messages, BATCH):
        rows = [
            Response(
                conversation=(found := conversations[number % len(conversations)]),
                owner_id=found.owner_id,
                client_key=str(number),
                model=some.choices((often, rare), (A_HUNDREDTH - 1, 1))[0],
                created_at=now - timedelta(minutes=messages - number),
                text=texts[number % TEXTS],
            )
            for number in range(begin, min(messages, begin + BATCH))
        ]
        Response.objects.bulk_create(rows)
        entries = (
            SearchEntry(
                response=row, owner_id=row.owner_id, words=words[int(row.client_key) % TEXTS]
            )
            for row in rows
        )
        put(list(entries))
        _attach(people[0], [row for row in rows if row.owner_id == people[0].pk])


def _put_in_order(person: "User") -> None:
    """Of the person's conversations a tenth is in a folder, tagged and archived, each another."""
    from django.utils import timezone

    from conversations.models import Conversation, Folder
    from conversations.models.organising import archive, move
    from conversations.models.tagging import give

    ids = list(Conversation.objects.filter(owner=person).values_list("pk", flat=True))
    archive(ids[::A_TENTH], True)
    move(ids[1::A_TENTH], Folder.objects.create(owner=person, name="A folder").pk)
    give(person, ids[2::A_TENTH], "a tag")
    used = timezone.now()
    for number, id_ in enumerate(ids):
        moment = used - timedelta(hours=number)
        Conversation.objects.filter(pk=id_).update(updated_at=moment)


def _attach(person: "User", rows: "Sequence[Response]") -> None:
    """A file to each hundredth."""
    from conversations.models import Attachment, Response

    with_files = rows[::A_HUNDREDTH]
    files = [Attachment(owner=person, name="a.txt", size=1, sha256="0" * 64) for _ in with_files]
    Attachment.objects.bulk_create(files)
    link = Response.attachments.through
    pairs = zip(with_files, files, strict=True)
    link.objects.bulk_create([link(response=row, attachment=file) for row, file in pairs])


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatapp.settings")
    django.setup()
    sys.stdout.write(json.dumps(main(int(sys.argv[1]))))
