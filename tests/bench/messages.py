"""Very many messages to search, half of them one person's, with words as a language has them."""

import random
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chatapp.accounts.models import User
    from conversations.models import Conversation, Model, Response

BATCH = 5_000
A_CONVERSATION = 20  # messages, one after the other
WORDS_A_MESSAGE = 80
TEXTS = 9_973  # that are different; a prime, so that each is written by everybody
VOCABULARY = [f"{letter}{number}" for number in range(2_000) for letter in "vwxyz"]
WEIGHTS = [1 / rank for rank in range(1, len(VOCABULARY) + 1)]  # Zipf's law
A_TENTH, A_TWENTIETH, A_HUNDREDTH = 10, 20, 100
BROUGHT = timedelta(days=400)  # before which nobody wrote here: what is older was brought lately


def fill(people: "list[User]", messages: int) -> None:
    """The first person has half of the messages, the others share the rest."""
    from conversations.models import Conversation, Response
    from conversations.models.search_entry import SearchEntry, put
    from conversations.models.words import indexed

    some = random.Random(1)

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
    made = _Messages(conversations, texts, messages)
    for begin in range(0, messages, BATCH):
        numbers = range(begin, min(messages, begin + BATCH))
        rows = [made.message(number) for number in numbers]
        Response.objects.bulk_create(rows)
        _attach(people[0], [row for row in rows if row.owner_id == people[0].pk])
        put(
            [
                SearchEntry(response=row, owner_id=row.owner_id, words=words[number % TEXTS])
                for number, row in zip(numbers, rows, strict=True)
            ]
        )


class _Messages:
    """A minute after another; a part of the last tenth was brought from elsewhere, and is older."""

    def __init__(
        self, conversations: "Sequence[Conversation]", texts: "Sequence[str]", messages: int
    ) -> None:
        from django.utils import timezone

        from tests.support.models import make_model

        self._conversations, self._texts, self._messages = conversations, texts, messages
        self._old, self._often, self._rare = map(make_model, ("old", "often", "rare"))
        self._now = timezone.now()
        self._some = random.Random(2)

    def message(self, number: int) -> "Response":
        """One that is not stored yet."""
        from conversations.models import Response

        at = number * len(self._conversations) // self._messages
        conversation = self._conversations[at]
        return Response(
            conversation=conversation,
            owner_id=conversation.owner_id,
            client_key=str(number),
            model=self._model(number),
            created_at=self._moment(number, at),
            text=self._texts[number % len(self._texts)],
        )

    def _model(self, number: int) -> "Model":
        if number < self._messages // A_TWENTIETH:
            return self._old
        return self._some.choices((self._often, self._rare), (A_HUNDREDTH - 1, 1))[0]

    def _moment(self, number: int, conversation: int) -> datetime:
        if number > self._messages * 9 // A_TENTH and conversation % 4 == 1:
            return self._now - BROUGHT * self._some.uniform(1.1, 2)
        return self._now - timedelta(minutes=self._messages - number)


def _put_in_order(person: "User") -> None:
    """Of the person's conversations a tenth is in a folder, tagged and archived, each another; some
    of the oldest are in a folder of their own.
    """
    from django.utils import timezone

    from conversations.models import Conversation, Folder
    from conversations.models.organising import archive, move
    from conversations.models.tagging import give

    ids = list(Conversation.objects.filter(owner=person).values_list("pk", flat=True))
    ids.sort()
    archive(ids[::A_TENTH], True)
    move(ids[1::A_TENTH], Folder.objects.create(owner=person, name="A folder").pk)
    move(ids[: len(ids) // A_TWENTIETH], Folder.objects.create(owner=person, name="Old").pk)
    give(person, ids[2::A_TENTH], "a tag")
    used = timezone.now()
    for number, id_ in enumerate(reversed(ids)):
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
