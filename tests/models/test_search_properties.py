"""Whatever there is and however a search is narrowed: it finds what looking at each would find."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatapp.accounts.models import User
from conversations.models import Attachment, Conversation, Folder, Model, Response, Tag
from conversations.models.search import search
from conversations.models.search_entry import index
from conversations.models.search_filters import Filters
from tests.support.models import make_model

FIRST = datetime(2026, 11, 1, tzinfo=UTC)
DAYS, MODELS, CONVERSATIONS, PAGE = 4, 2, 3, 3
NOBODYS = "nobodys"
WORDS = ("owl", "owls", "lamp", "灯塔")
QUERIES = ("owl", "lamp", "owl lamp", "灯", "nowhere")


@dataclass(frozen=True)
class Place:
    """What is drawn of a conversation."""

    words: tuple[str, ...]
    own: bool
    folder: bool
    tag: bool
    archived: bool
    script: bool
    deleted: bool


@dataclass(frozen=True)
class Message:
    """What is drawn of a message; `at` is its conversation's place in the list."""

    words: tuple[str, ...]
    at: int
    day: int
    model: int | None
    files: bool


@dataclass(frozen=True)
class Asked:
    """What is searched for; None is what is not asked."""

    query: str
    since: int | None
    until: int | None
    model: int | None
    folder: bool
    tag: bool
    archived: str
    scripts: str
    files: bool


some_words = st.lists(st.sampled_from(WORDS), max_size=2, unique=True).map(tuple)
days = st.integers(0, DAYS)
often = st.sampled_from((True, True, True, False))
places = st.builds(Place, some_words, often, *[st.booleans()] * 4, often.map(lambda kept: not kept))
models = st.none() | st.integers(0, MODELS - 1)
messages = st.builds(
    Message, some_words, st.integers(0, CONVERSATIONS - 1), days, models, st.booleans()
)
asked = st.builds(
    Asked,
    st.sampled_from(QUERIES),
    st.none() | days,
    st.none() | days,
    st.none() | st.integers(0, MODELS),
    often.map(lambda all_of_them: not all_of_them),
    often.map(lambda all_of_them: not all_of_them),
    *[st.sampled_from(("", "", "no", "only"))] * 2,
    st.booleans(),
)


@pytest.mark.parametrize("newest", [1, 3, 500])
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    drawn=st.lists(places, min_size=CONVERSATIONS, max_size=CONVERSATIONS),
    sent=st.lists(messages, max_size=12),
    wanted=asked,
)
def test_a_search_finds_what_looking_at_each_message_finds(
    owner: User, newest: int, drawn: list[Place], sent: list[Message], wanted: Asked
) -> None:
    """Also when the first look at the newest few does not fill a page."""
    with (
        patch("conversations.models.search_words.NEWEST", newest),
        patch("conversations.models.search.PAGE", PAGE),
        _stored(owner, drawn, sent) as there,
    ):
        found, titles = _pages(owner, wanted.query, there.filters(wanted))
        passing = [one for one in sent if _passes(one, drawn[one.at], wanted)]
        at = {response.pk: number for number, response in enumerate(there.responses)}
        assert [sent[at[id_]] for id_ in found] == [
            one for one in reversed(passing) if _has(one.words, wanted.query)
        ]
        with_one = {one.at for one in passing} if _narrowed(wanted) else range(CONVERSATIONS)
        assert titles == {
            there.conversations[number].pk
            for number in with_one
            if drawn[number].own and not drawn[number].deleted
            if _has(drawn[number].words, wanted.query)
        }


def _passes(message: Message, place: Place, wanted: Asked) -> bool:
    """By what the filters mean, one by one."""
    return (
        place.own
        and not place.deleted
        and (wanted.since is None or message.day >= wanted.since)
        and (wanted.until is None or message.day < wanted.until)
        and wanted.model in (None, message.model)
        and (place.folder or not wanted.folder)
        and (place.tag or not wanted.tag)
        and (not wanted.archived or place.archived == (wanted.archived == "only"))
        and (not wanted.scripts or place.script == (wanted.scripts == "only"))
        and (message.files or not wanted.files)
    )


def _has(words: Sequence[str], query: str) -> bool:
    wanted = query.split()
    return all(any(one.startswith(word) for one in words) for word in wanted)


def _narrowed(wanted: Asked) -> bool:
    return wanted != Asked(wanted.query, None, None, None, False, False, "", "", False)


def _pages(owner: User, query: str, filters: Filters) -> tuple[list[str], set[str]]:
    """The messages of all pages, in their order, and the conversations of the first."""
    page = search(owner, query, None, filters)
    found = [line["response_id"] for line in page["messages"]]
    titles = {line["id"] for line in page["conversations"]}
    while page["next"] is not None:
        assert len(page["messages"]) == PAGE
        page = search(owner, query, page["next"], filters)
        assert page["messages"]
        found += [line["response_id"] for line in page["messages"]]
    return found, titles


@dataclass(frozen=True)
class Stored:
    conversations: list[Conversation]
    responses: list[Response]
    models: list[Model]
    folder: Folder
    tag: Tag

    def filters(self, wanted: Asked) -> Filters:
        ids = [*(model.pk for model in self.models), NOBODYS]
        return Filters(
            since=None if wanted.since is None else FIRST + timedelta(wanted.since),
            until=None if wanted.until is None else FIRST + timedelta(wanted.until),
            model="" if wanted.model is None else ids[wanted.model],
            folder=self.folder.pk if wanted.folder else "",
            tag=self.tag.pk if wanted.tag else "",
            archived=wanted.archived,
            scripts=wanted.scripts,
            files=wanted.files,
        )


@contextmanager
def _stored(owner: User, drawn: list[Place], sent: list[Message]) -> Iterator[Stored]:
    """These conversations and messages; all of it is gone afterwards."""
    with transaction.atomic():
        eve = User.objects.create_user("eve")
        folder, tag = Folder.objects.create(owner=owner), Tag.objects.create(owner=owner, name="t")
        conversations = [_conversation(place, owner, eve, folder) for place in drawn]
        for conversation, place in zip(conversations, drawn, strict=True):
            conversation.tags.set([tag] if place.tag else [])
        models = [make_model(f"model-{number}") for number in range(MODELS)]
        responses = [
            _response(message, conversations[message.at], models, number)
            for number, message in enumerate(sent)
        ]
        yield Stored(conversations, responses, models, folder, tag)
        transaction.set_rollback(True)


def _conversation(place: Place, owner: User, eve: User, folder: Folder) -> Conversation:
    return Conversation.objects.create(
        owner=owner if place.own else eve,
        title=" ".join(place.words),
        folder=folder if place.folder else None,
        archived_at=FIRST if place.archived else None,
        key_name="Notebook" if place.script else "",
        deleted_at=datetime.now(UTC) if place.deleted else None,
    )


def _response(
    message: Message, conversation: Conversation, models: list[Model], number: int
) -> Response:
    response = Response.objects.create(
        conversation=conversation,
        owner=conversation.owner,
        client_key=str(number),
        text=" ".join(message.words),
        created_at=FIRST + timedelta(message.day),
        model=None if message.model is None else models[message.model],
    )
    if message.files:
        file = Attachment.objects.create(owner=conversation.owner, name="a.txt", size=1)
        response.attachments.add(file)
    index([response])
    return response
