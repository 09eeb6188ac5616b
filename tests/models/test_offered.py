"""Who may use which model."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from chatapp.accounts.models import Role, User
from conversations.models import Assistant, Model
from conversations.models.sharing import Audience
from tests.support.models import make_model
from tests.support.people import make_person, signed_in

Restrict = Callable[..., Group]


@pytest.fixture
def inside(transactional_db: None) -> Group:
    return Group.objects.create(name="Research")


@pytest.fixture
def secret(model: Model, inside: Group) -> Model:
    """The default, for a group alone."""
    Model.objects.update(is_default=False)
    found = make_model("secret", restricted=True, is_default=True)
    found.groups.add(inside)
    return found


def names(person: User) -> list[str]:
    return [model.name for model in Model.objects.offered_to(person)]


def test_a_model_for_a_group_is_there_for_its_people_alone(
    owner: User, secret: Model, inside: Group
) -> None:
    assert names(owner) == ["model-1"]
    owner.groups.add(inside)
    assert names(owner) == ["secret", "model-1"], "the default first"


def test_an_administrator_outside_the_group_does_not_use_it_either(secret: Model) -> None:
    assert names(make_person(role=Role.ADMINISTRATOR)) == ["model-1"]


def test_with_its_last_group_deleted_it_is_nobodys(
    owner: User, secret: Model, inside: Group
) -> None:
    owner.groups.add(inside)
    inside.delete()
    assert names(owner) == ["model-1"]


def test_one_in_several_of_its_groups_has_it_once(
    owner: User, secret: Model, inside: Group
) -> None:
    other = Group.objects.create(name="Law")
    secret.groups.add(other)
    owner.groups.add(inside, other)
    assert names(owner) == ["secret", "model-1"]


def test_it_is_one_question(
    owner: User, secret: Model, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        assert [model.provider.name for model in Model.objects.offered_to(owner)]


def test_the_page_offers_what_its_person_may_use(
    owner: User, signed_in: Client, secret: Model, inside: Group
) -> None:
    def offered() -> list[tuple[str, bool]]:
        models = signed_in.get("/").context["page"]["models"]
        return [(model["name"], model["is_default"]) for model in models]

    assert offered() == [("model-1", True)]
    owner.groups.add(inside)
    assert offered() == [("secret", True), ("model-1", False)]


def test_who_writes_down_what_is_dictated_is_one_that_may_be_used(
    owner: User, signed_in: Client, secret: Model, inside: Group
) -> None:
    model = make_model("other", "Able", restricted=True)
    model.groups.add(inside)
    model.provider.transcription_model = "writes-down"
    model.provider.save()
    assert not signed_in.get("/").context["page"]["transcribes"]
    owner.groups.add(inside)
    assert signed_in.get("/").context["page"]["transcribes"]


def test_an_assistant_of_somebody_else_does_not_name_it(
    owner: User, signed_in: Client, secret: Model, inside: Group
) -> None:
    ben = make_person("ben")
    shared = {"owner": ben, "audience": Audience.EVERYONE}
    Assistant.objects.create(name="Translator", model=secret, **shared)
    page = signed_in.get("/assistants/").content.decode()
    assert "The default model" in page
    assert "secret" not in page
    assert signed_in.get("/").context["page"]["assistants"][0]["model"] is None
    owner.groups.add(inside)
    assert "secret" in signed_in.get("/assistants/").content.decode()
    assert signed_in.get("/").context["page"]["assistants"][0]["model"] == secret.pk


def test_an_assistant_is_made_with_one_that_may_be_used(
    owner: User, signed_in: Client, secret: Model
) -> None:
    made = {"name": "Mine", "model": secret.pk, "audience": "nobody"}
    answer = signed_in.post("/assistants/new/", made)
    assert set(answer.context["form"].errors) == {"model"}
    assert "secret" not in signed_in.get("/assistants/new/").content.decode()


def test_an_administrator_says_for_whom_it_is(inside: Group, model: Model) -> None:
    admin = signed_in_admin()
    page = f"/providers/{model.provider_id}/models/{model.pk}/"
    assert admin.post(page, {"restricted": "True", "groups": [inside.pk]}).status_code == 302
    model.refresh_from_db()
    assert (model.restricted, list(model.groups.all())) == (True, [inside])
    assert "Research" in admin.get(f"/providers/{model.provider_id}/").content.decode()
    forgotten = admin.post(page, {"restricted": "False", "groups": [inside.pk]})
    assert set(forgotten.context["form"].errors) == {"groups"}
    admin.post(page, {"restricted": "False"})
    model.refresh_from_db()
    assert (model.restricted, model.groups.count()) == (False, 0)


def test_where_there_are_no_groups_nothing_is_asked(model: Model) -> None:
    page = f"/providers/{model.provider_id}/models/{model.pk}/"
    assert "Who may use it" not in signed_in_admin().get(page).content.decode()


def signed_in_admin() -> Client:
    return signed_in(make_person("admin", Role.ADMINISTRATOR))
