import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from chatapp.accounts.models import SignIn, User
from tests.support.people import PASSWORD, make_person, signed_in

pytestmark = pytest.mark.django_db

SIGN_IN = "/accounts/sign-in/"


def test_a_person_signs_in_and_goes_where_they_were_going(client: Client) -> None:
    make_person()
    data = {"username": "anna", "password": PASSWORD, "next": "/c/conv_1"}
    assert client.post(SIGN_IN, data)["Location"] == "/c/conv_1"
    attempt = SignIn.objects.get()
    assert attempt.succeeded
    assert attempt.user == User.objects.get()


def test_a_foreign_address_is_no_place_to_go_on_to(client: Client) -> None:
    make_person()
    data = {"username": "anna", "password": PASSWORD, "next": "https://evil.example/"}
    assert client.post(SIGN_IN, data)["Location"] == "/"


def test_the_session_is_a_new_one_after_signing_in(client: Client) -> None:
    make_person()
    session = client.session
    session["kept"] = 1
    session.save()
    before = session.session_key or ""
    client.cookies["sessionid"] = before
    client.post(SIGN_IN, {"username": "anna", "password": PASSWORD})
    assert client.session.session_key != before
    assert not session.exists(before)


def test_a_wrong_password_an_unknown_name_and_a_deactivated_person_read_alike(
    client: Client,
) -> None:
    make_person("anna")
    make_person("gone", is_active=False)
    pages = [
        client.post(SIGN_IN, {"username": name, "password": password}).content.decode()
        for name, password in [("anna", "wrong"), ("nobody", PASSWORD), ("gone", PASSWORD)]
    ]
    errors = [page.split('class="errorlist')[1].split("</ul>")[0] for page in pages]
    assert len(set(errors)) == 1
    assert not SignIn.objects.filter(succeeded=True).exists()


def test_signing_out_needs_a_post(client: Client) -> None:
    client = signed_in(make_person())
    assert client.get(reverse("accounts:sign-out")).status_code == 405
    assert "_auth_user_id" in client.session
    assert client.post(reverse("accounts:sign-out"))["Location"] == SIGN_IN
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("name", ["sign-in", "sign-out", "password", "people"])
def test_a_form_without_a_csrf_token_is_refused(name: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_person())
    assert client.post(reverse(f"accounts:{name}")).status_code == 403


def test_a_changed_password_ends_the_other_sessions_and_not_this_one() -> None:
    person = make_person()
    here, elsewhere = signed_in(person), signed_in(person)
    new = {"new_password1": "quite another one", "new_password2": "quite another one"}
    page = here.post(
        reverse("accounts:password"), {"old_password": PASSWORD} | new, follow=True
    ).content.decode()
    assert "was changed" in page
    assert here.get(reverse("accounts:password")).status_code == 200
    assert elsewhere.get(reverse("accounts:password")).status_code == 302


def test_a_password_is_not_changed_without_the_old_one() -> None:
    client = signed_in(make_person())
    new = {"new_password1": "quite another one", "new_password2": "quite another one"}
    client.post(reverse("accounts:password"), {"old_password": "wrong"} | new)
    assert User.objects.get().check_password(PASSWORD)


def test_a_session_survives_a_new_secret_key_that_names_the_old_one(
    settings: Settings,
) -> None:
    client = signed_in(make_person())
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new", [settings.SECRET_KEY]
    assert client.get(reverse("accounts:password")).status_code == 200
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "newer", []
    assert client.get(reverse("accounts:password")).status_code == 302
