"""In the installation that the environment names: fills it, searches, and prints how long it took.

Run by `tests.bench.search` on an installation of its own.
"""

import json
import os
import sys
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import django

from tests.bench.messages import BROUGHT, fill

if TYPE_CHECKING:
    from chatapp.accounts.models import User
    from conversations.models.search_filters import Filters

TRIES = 15
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
FILTERED = {"a word": "v0", "a rare one": "z1999"}  # in nearly every message, in one of 1,000


def main(messages: int) -> dict[str, list[float]]:
    """Seconds of each try, by what was searched for."""
    from django.db import connection  # models can be loaded only after the set-up

    from chatapp.accounts.models import User
    from conversations.models.search import search
    from conversations.models.search_filters import Filters

    people = [User.objects.create_user(f"person{number}") for number in range(3)]
    fill(people, messages)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")  # as its own servant does before long

    def seconds(query: str, filters: Filters) -> float:
        begun = time.perf_counter()
        search(people[0], query, filters=filters)
        return time.perf_counter() - begun

    asked = {name: (query, Filters()) for name, query in QUERIES.items()}
    for name, filters in filters_of(people[0]).items():
        asked[name] = ("", filters)
        asked |= {f"{name}, and {which}": (word, filters) for which, word in FILTERED.items()}
    return {name: [seconds(*one) for _ in range(TRIES)] for name, one in asked.items()}


def filters_of(person: "User") -> "dict[str, Filters]":
    """Each filter, to something that is there, now or only long ago; all of them; and to what is
    nowhere.
    """
    from django.utils import timezone

    from conversations.models import Folder, Model, Response, Tag
    from conversations.models.search_filters import Filters

    first = timezone.now() - BROUGHT
    own = Response.objects.filter(owner=person, created_at__gt=first).order_by("created_at")
    number = own.count()
    early, day = own[number // 20].created_at, own[number // 2].created_at
    model = {model.name: model.pk for model in Model.objects.all()}
    folder = {folder.name: folder.pk for folder in Folder.objects.filter(owner=person)}
    tag = Tag.objects.get(owner=person)
    end = day + timedelta(days=7)
    return {
        "a week": Filters(day, end),
        "the last days": Filters(since=own[max(0, number - 50)].created_at),
        "long ago": Filters(first, early),
        "before what is brought": Filters(until=first - 2 * BROUGHT),
        "of what was brought": Filters(until=first - BROUGHT / 2),
        "a model": Filters(model=model["rare"]),
        "a model of long ago": Filters(model=model["old"]),
        "a folder": Filters(folder=folder["A folder"]),
        "a folder of long ago": Filters(folder=folder["Old"]),
        "a tag": Filters(tag=tag.pk),
        "archived": Filters(archived="only"),
        "not archived": Filters(archived="no"),
        "files": Filters(files=True),
        "files of long ago": Filters(first, early, files=True),
        "all of them": Filters(day, end, model["rare"], folder["A folder"], "only", True, tag.pk),
        "a model of nobody": Filters(model="model_of_nobody"),
        "a tag of nobody": Filters(tag="tag_of_nobody"),
    }


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatapp.settings")
    django.setup()
    sys.stdout.write(json.dumps(main(int(sys.argv[1]))))
