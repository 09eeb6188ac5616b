"""Adds accounts and signs them in: ``python -m tests.support.add_people ROLE NAME ...``.

Prints the session keys by name, as JSON. The accounts have no password, so that hundreds cost
little; Django's environment variables say in which database.
"""

import json
import os
import sys
from importlib import import_module

import django
from django.conf import settings
from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
)


def add(name: str, role: str) -> str:
    """Make the account if it isn't there, and return the key of a new session of its own."""
    from chatapp.accounts.models import Role, User  # models can be loaded only after the set-up

    person = User.objects.filter(username=name).first()
    if person is None:
        person = User(username=name)
        person.role = Role(role)
        person.set_unusable_password()
        person.save()
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return str(session.session_key)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatapp.settings")
    django.setup()
    _, role, *names = sys.argv
    sys.stdout.write(json.dumps({name: add(name, role) for name in names}))
