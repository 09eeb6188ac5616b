"""Finding conversations in the admin."""

from datetime import timedelta

import pytest
from django.contrib.admin.utils import quote
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from chatapp.accounts.models import Role, User
from conversations.models import Conversation
from conversations.models.tagging import give
from tests.support.models import make_conversation, make_model
from tests.support.people import make_person, signed_in
from tests.support.review import make_response

pytestmark = pytest.mark.django_db

LIST = "/admin/conversations/conversation/"


@pytest.fixture
def anna() -> User:
    return make_person("anna", first_name="Anna", last_name="Apfel")


@pytest.fixture
def reviewer() -> Client:
    return signed_in(make_person("reviewer", Role.REVIEWER))


def found(client: Client, **query: str) -> list[str]:
    """The titles on the page of results, in their order."""
    response = client.get(LIST, query)
    assert response.status_code == 200
    return [row.title for row in response.context["cl"].result_list]


def test_what_its_person_has_deleted_is_not_reviewed_any_more(reviewer: Client, anna: User) -> None:
    conversation = make_conversation(anna, "Rivers", deleted_at=timezone.now())
    response = make_response(conversation)
    assert found(reviewer) == []
    assert found(reviewer, q="nile") == []
    assert reviewer.get(f"{LIST}{quote(conversation.pk)}/change/").status_code == 404
    answers = "/admin/conversations/response/"
    assert not reviewer.get(answers).context["cl"].result_list
    assert reviewer.get(f"{answers}{quote(response.pk)}/change/").status_code == 404


@pytest.mark.parametrize(
    "words", ["rivers", "ANNA", "apfel", "nile", "longest", "anna nile", '"the nile"']
)
def test_search_finds_by_title_person_and_text(reviewer: Client, anna: User, words: str) -> None:
    make_response(make_conversation(anna, "Rivers"))
    ben = make_person("ben")
    make_response(make_conversation(ben, "Hills"), "Which is the highest?", "Everest.")
    assert found(reviewer, q=words) == ["Rivers"]
    assert found(reviewer, q="which") == ["Hills", "Rivers"]


def test_a_conversation_with_many_hits_is_listed_once(reviewer: Client, anna: User) -> None:
    conversation = make_conversation(anna, "Rivers")
    for _ in range(3):
        make_response(conversation)
    assert found(reviewer, q="nile") == ["Rivers"]
    assert found(reviewer, responses__status__exact="completed") == ["Rivers"]


@pytest.mark.parametrize("words", ["%", "_", "%%%%", "\\"])
def test_a_wildcard_is_only_a_character(reviewer: Client, anna: User, words: str) -> None:
    make_response(make_conversation(anna, "Plain"))
    assert found(reviewer, q=words) == []


def test_filters_narrow_by_person_model_and_status(reviewer: Client, anna: User) -> None:
    small, large = (make_model(name) for name in ("small", "large"))
    make_response(make_conversation(anna, "One"), model=small)
    ben = make_person("ben")
    make_response(make_conversation(ben, "Two"), model=large, status="failed")
    assert found(reviewer, owner=str(anna.pk)) == ["One"]
    assert found(reviewer, responses__model__id__exact=large.pk) == ["Two"]
    assert found(reviewer, responses__status__exact="failed") == ["Two"]
    assert found(reviewer, owner="nonsense") == []


def test_a_conversation_is_found_by_its_tag_whoever_gave_it(reviewer: Client, anna: User) -> None:
    for person, name in ((anna, "Birds"), (make_person("ben"), "BIRDS")):
        conversation = make_conversation(person, f"One of {person}")
        make_response(conversation)
        make_response(conversation)
        for tag in (name, "more"):
            give(person, [conversation.pk], tag)
    make_response(make_conversation(anna, "Other"))
    assert found(reviewer, tag="birds") == ["One of ben", "One of anna"]
    assert found(reviewer, tag="nowhere") == []
    html = reviewer.get(LIST).content.decode()
    assert '<a href="?tag=Birds">Birds</a>, <a href="?tag=more">more</a>' in html
    assert found(reviewer, tag="Birds", q="ben") == ["One of ben"]
    assert sorted(found(reviewer, q="bird")) == ["One of anna", "One of ben"]


def test_a_person_who_signed_in_lately_is_offered_as_a_filter(reviewer: Client) -> None:
    assert "reviewer" in reviewer.get(LIST).content.decode()
    assert "?owner=" in reviewer.get(LIST).content.decode()


def test_a_line_says_how_many_answers_there_are_and_how_the_last_ended(
    reviewer: Client, anna: User
) -> None:
    conversation = make_conversation(anna, "Rivers")
    make_response(conversation)
    make_response(conversation, status="failed")
    html = reviewer.get(LIST).content.decode()
    assert '<td class="field-answers">2</td>' in html
    assert '<td class="field-last_status">failed</td>' in html


def test_the_list_costs_the_same_queries_for_many_conversations(
    reviewer: Client, anna: User
) -> None:
    make_response(make_conversation(anna, "Rivers"))
    with CaptureQueriesContext(connection) as few:
        found(reviewer, q="nile")
    for number in range(20):
        conversation = make_conversation(make_person(f"person{number}"), "Rivers")
        make_response(conversation)
        make_response(conversation)
        give(conversation.owner, [conversation.pk], f"tag {number}")
    with CaptureQueriesContext(connection) as many:
        assert len(found(reviewer, q="nile")) == 21
    assert len(many) == len(few) <= 10


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.ADMINISTRATOR])
@pytest.mark.parametrize("page", ["add", "delete", "change"])
def test_nobody_adds_changes_or_deletes_a_conversation(anna: User, role: Role, page: str) -> None:
    conversation = make_conversation(anna, "Rivers")
    make_response(conversation)
    client = signed_in(make_person("staff", role))
    address = f"{LIST}add/" if page == "add" else f"{LIST}{quote(conversation.pk)}/{page}/"
    client.post(address, {"title": "Changed", "post": "yes"})
    client.post(LIST, {"action": "delete_selected", "_selected_action": conversation.pk})
    assert Conversation.objects.get().title == "Rivers"
    assert conversation.responses.count() == 1


def test_nothing_on_the_pages_offers_to_change_anything(anna: User) -> None:
    conversation = make_conversation(anna, "Rivers")
    client = signed_in(make_person("staff", Role.ADMINISTRATOR))
    change = reverse("admin:conversations_conversation_change", args=[quote(conversation.pk)])
    for address in (LIST, change):
        html = client.get(address).content.decode()
        assert "deletelink" not in html
        assert "addlink" not in html
        assert 'name="_save"' not in html


def test_a_word_is_found_by_its_beginning_in_whatever_script_also_where_it_is_temporary(
    reviewer: Client, anna: User
) -> None:
    make_response(make_conversation(anna, "Lights"), "灯塔为什么会亮", "A lighthouse")
    soon = timezone.now() + timedelta(hours=1)
    make_response(make_conversation(anna, "Whispers", expires_at=soon), "A secret lighthouse?")
    assert found(reviewer, q="塔为") == ["Lights"]
    assert sorted(found(reviewer, q="LIGHTH")) == ["Lights", "Whispers"]
    assert found(reviewer, q="secret lighthouse") == ["Whispers"]
    assert found(reviewer, q='"*') == []
