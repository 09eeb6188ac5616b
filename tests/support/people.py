"""People for tests, with one password for all."""

from django.test import Client

from chatapp.accounts.models import Role, User

PASSWORD = "correct horse battery staple"


def make_person(username: str = "anna", role: Role = Role.MEMBER, **fields: object) -> User:
    person = User(username=username, **fields)
    person.role = role
    person.set_password(PASSWORD)
    person.save()
    return person


def signed_in(person: User) -> Client:
    """A browser of this person, as after a real sign-in."""
    client = Client()
    client.force_login(person)
    return client


def new_account(username: str = "ben", **fields: str) -> dict[str, str]:
    """What the form of an invitation is sent."""
    return {"username": username, "password1": PASSWORD, "password2": PASSWORD} | fields
