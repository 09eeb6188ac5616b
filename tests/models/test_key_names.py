"""Through which keys a person's conversations were begun."""

from pytest_django import DjangoAssertNumQueries

from chatapp.accounts.models import User
from conversations.models.key_names import MOST, key_names
from tests.support.models import make_conversation


def test_each_name_is_said_once_and_nobody_elses(
    owner: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert key_names(owner) == []
    make_conversation(owner)
    for name in ("Notebook", "Nightly", "Notebook", "夜间报告", "Notebook"):
        make_conversation(owner, key_name=name)
    make_conversation(User.objects.create_user("bob"), key_name="Bob's")
    with django_assert_num_queries(1):
        assert sorted(key_names(owner)) == ["Nightly", "Notebook", "夜间报告"]


def test_very_many_of_them_are_not_all_told(owner: User) -> None:
    for number in range(MOST + 1):
        make_conversation(owner, key_name=f"Key {number}")
    assert len(key_names(owner)) == MOST
