"""Every message is found again by its words, by its owner and by nobody else."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chatapp.accounts.models import User
from conversations.models import Conversation, Model, SearchEntry
from conversations.models.search import EXCERPT, PAGE, search
from conversations.protocol.items import user_message
from conversations.turns import queue
from conversations.turns.request import store
from conversations.turns.storing import _save_ending
from tests.support.asking import question
from tests.support.models import make_conversation, make_response
from tests.support.scripted import message


@pytest.fixture
def conversation(owner: User) -> Conversation:
    return make_conversation(owner, "Travels")


def questions(user: User, query: str) -> list[str]:
    """The first word of each excerpt that is found."""
    return [found["excerpt"].split()[0] for found in search(user, query)["messages"]]


@pytest.mark.parametrize(
    "query",
    ["lighthouse", "LIGHTHOUSE", "light", "how lighthouse", "lamp", "灯塔", "灯", "很漂亮", "亮"],
)
def test_a_question_and_its_answer_are_found_by_any_of_their_words(
    owner: User, conversation: Conversation, query: str
) -> None:
    response = make_response(conversation, "How does a lighthouse work?", "With a lamp. 灯塔很漂亮")
    make_response(conversation, "Something else", "Entirely")
    (found,) = search(owner, query)["messages"]
    assert found["response_id"] == response.pk
    assert found["conversation_id"] == conversation.pk
    assert found["title"] == "Travels"
    assert found["marks"]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "  ",
        "house",
        "lighthouse nowhere",
        "塔灯",
        '"',
        "*",
        "a'b",
        "NEAR(",
        "-x",
        "&|!",
        "⑴ ½",
        "㏂ ℀",
        "\x00",
    ],
)
def test_what_nobody_wrote_finds_nothing_and_breaks_nothing(
    owner: User, conversation: Conversation, query: str
) -> None:
    make_response(conversation, "How does a lighthouse work?", "灯塔")
    assert search(owner, query)["messages"] == []


def test_what_is_somebody_elses_is_not_found(owner: User, conversation: Conversation) -> None:
    make_response(conversation, "A secret")
    other = User.objects.create_user("eve")
    assert search(other, "secret") == {"conversations": [], "messages": [], "next": None}


def test_the_newest_come_first_page_by_page(owner: User, conversation: Conversation) -> None:
    for number in range(PAGE + 3):
        make_response(conversation, f"n{number} lighthouse")
    first = search(owner, "lighthouse")
    second = search(owner, "lighthouse", first["next"])
    found = [hit["excerpt"].split()[0] for hit in [*first["messages"], *second["messages"]]]
    assert found == [f"n{number}" for number in reversed(range(PAGE + 3))]
    assert second["next"] is None


def test_a_title_has_all_of_the_words(owner: User) -> None:
    make_conversation(owner, "Full moon")
    assert search(owner, "full-time")["conversations"] == []
    assert len(search(owner, "full-moon")["conversations"]) == 1


def test_titles_are_found_too_and_come_once(owner: User, conversation: Conversation) -> None:
    found = search(owner, "travel")
    assert [hit["id"] for hit in found["conversations"]] == [conversation.pk]
    assert found["conversations"][0]["marks"] == [(0, 7)]


def test_an_excerpt_is_around_the_first_of_the_words(
    owner: User, conversation: Conversation
) -> None:
    make_response(conversation, "word " * 200 + "lighthouse\n" + " more" * 200)
    (found,) = search(owner, "lighthouse")["messages"]
    assert len(found["excerpt"]) <= EXCERPT + 2
    marked = [found["excerpt"][start:end] for start, end in found["marks"]]
    assert marked == ["lighthouse"]
    assert "\n" not in found["excerpt"]


def test_a_message_is_found_as_soon_as_it_is_sent_and_its_answer_when_it_has_ended(
    owner: User, model: Model
) -> None:
    row, _ = store(question(owner, "Where is Alexandria?"), "here.1")
    assert questions(owner, "alexandria") == ["Where"]
    row.output, row.status = [message("By the sea.")], "completed"
    row.text = row.as_text()
    assert _save_ending(row)
    assert questions(owner, "alexandria sea") == ["Where"]


def test_an_edited_message_is_found_by_what_it_says_now_and_a_withdrawn_one_no_more(
    owner: User, conversation: Conversation
) -> None:
    running = make_response(conversation, status="in_progress")
    waiting = make_response(conversation, "Alexandria", "", running, waiting=True, status="queued")
    queue.edit(owner, waiting.pk, [user_message("Rhodes")])
    assert (questions(owner, "alexandria"), questions(owner, "rhodes")) == ([], ["Rhodes"])
    queue.withdraw(owner, waiting.pk)
    assert questions(owner, "rhodes") == []


def test_what_was_deleted_is_found_no_more(owner: User, conversation: Conversation) -> None:
    make_response(conversation, "A lighthouse")
    conversation.delete()
    assert questions(owner, "lighthouse") == []
    assert not SearchEntry.objects.exists()


def test_a_search_asks_the_same_however_much_it_finds(
    owner: User, conversation: Conversation
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            search(owner, "lighthouse")
        return len(queries)

    make_response(conversation, "A lighthouse")
    once = asked()
    for _ in range(5):
        make_response(make_conversation(owner), "A lighthouse")
    assert asked() == once == 3
