"""Links with which somebody sets a new password."""

import threading
from contextlib import suppress

import pytest
from django.contrib.auth.forms import SetPasswordForm
from django.db import connection
from django.test import Client

from chatapp.accounts import links
from chatapp.accounts.models import User
from tests.support.people import make_person


def open_link(path: str) -> tuple[Client, str]:
    """A browser that opened the link, and the path of the form it was sent on to."""
    client = Client()
    return client, client.get(path)["Location"]


def new_password(password: str) -> dict[str, str]:
    return {"new_password1": password, "new_password2": password}


@pytest.mark.django_db
def test_a_link_sets_a_new_password_once() -> None:
    path = links.password_path(make_person())
    client, form = open_link(path)
    assert client.post(form, new_password("quite another one")).status_code == 302
    assert User.objects.get().check_password("quite another one")
    assert Client().get(path).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_of_two_posts_of_one_link_at_once_one_succeeds(monkeypatch: pytest.MonkeyPatch) -> None:
    path = links.password_path(make_person())
    browsers = [open_link(path) for _ in range(2)]
    answers: list[int] = []
    both_are_in = threading.Barrier(2)
    clean = SetPasswordForm.clean

    def slow_clean(form: "SetPasswordForm[User]") -> object:
        with suppress(threading.BrokenBarrierError):  # the other one is kept out
            both_are_in.wait(timeout=0.5)
        return clean(form)

    def post(number: int) -> None:
        client, form = browsers[number]
        answers.append(client.post(form, new_password(f"another one {number}")).status_code)
        connection.close()

    monkeypatch.setattr(SetPasswordForm, "clean", slow_clean)
    threads = [threading.Thread(target=post, args=[number]) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [302, 404]
