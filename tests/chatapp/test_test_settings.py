"""The tests' settings don't depend on what a tester has set for their own app."""

import os

from chatapp.environment import Environment
from tests.support.processes import output_of

SHOW = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
from django.conf import settings
print(settings.ORIGINS, settings.DEBUG, settings.TRUST_PROXY, settings.OPENAI_CONNECTED)
print(settings.DATABASES["default"]["ENGINE"])
"""


def test_a_testers_environment_does_not_reach_the_tests() -> None:
    ours = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    theirs = {name.upper(): "1" for name in Environment.model_fields} | {"LOG_LEVEL": "DEBUG"}
    theirs |= {"PORT": "9000", "ORIGINS": "https://chat.example"}
    theirs |= {"DATABASE_URL": "postgres://127.0.0.1/chat"}
    assert output_of(["-c", SHOW], ours | theirs, 60) == output_of(["-c", SHOW], ours, 60)
