"""The page of settings, as it is without any script."""

import json
import re
from typing import Any

import pytest
from django.test import Client

from chatapp.accounts.models import User


def pressed(client: Client, name: str) -> list[str]:
    page = client.get("/settings/").content.decode()
    return re.findall(rf'<button name="{name}" value="([\w-]*)"[^>]*aria-pressed="true"', page)


def test_colours_are_kept_in_the_browser_and_hold_on_every_page(signed_in: Client) -> None:
    assert pressed(signed_in, "theme") == ["system"]
    answer = signed_in.post("/settings/theme/", {"theme": "dark"})
    assert answer["Location"] == "/settings/"
    assert answer.cookies["theme"]["samesite"] == "Lax"
    assert pressed(signed_in, "theme") == ["dark"]
    for path in ("/", "/memory/"):
        assert 'data-theme="dark"' in signed_in.get(path).content.decode()
    signed_in.post("/settings/theme/", {"theme": "system"})
    assert "data-theme=" not in signed_in.get("/memory/").content.decode()


def test_colours_that_there_are_not_are_refused_and_never_shown(signed_in: Client) -> None:
    assert signed_in.post("/settings/theme/", {"theme": "pink"}).status_code == 400
    signed_in.cookies["theme"] = '"><script>'
    page = signed_in.get("/settings/").content.decode()
    assert "data-theme=" not in page.partition("<head>")[0]
    assert pressed(signed_in, "theme") == ["system"]


def test_the_language_is_chosen_here_and_leads_back(signed_in: Client) -> None:
    back = {"referer": "http://testserver/settings/"}
    answer = signed_in.post("/accounts/language/", {"language": "zh-hans"}, headers=back)
    assert answer["Location"] == "http://testserver/settings/"
    assert pressed(signed_in, "language") == ["zh-hans"]


def hide(client: Client, body: Any) -> int:
    answer = client.put("/settings/scripts/", json.dumps(body), content_type="application/json")
    return answer.status_code


def test_whether_scripts_are_listed_is_kept_with_the_person_and_told_to_their_pages(
    signed_in: Client, owner: User, told: list[dict[str, Any]]
) -> None:
    bob = User.objects.create_user("bob")
    assert signed_in.get("/").context["page"]["hides_scripts"] is False
    for hidden in (True, False):
        assert hide(signed_in, {"hidden": hidden}) == 204
        assert signed_in.get("/").context["page"]["hides_scripts"] is hidden
        assert told.pop() == {"type": "scripts.hidden", "hidden": hidden}
    bob.refresh_from_db()
    assert bob.hides_scripts is False


@pytest.mark.parametrize("body", [None, [], {}, {"hidden": 1}, {"hidden": True, "more": 1}])
def test_what_is_no_answer_to_whether_they_are_listed_is_refused(
    signed_in: Client, owner: User, body: Any
) -> None:
    assert hide(signed_in, body) == 400
    owner.refresh_from_db()
    assert owner.hides_scripts is False


def test_it_is_for_those_signed_in() -> None:
    assert Client().get("/settings/")["Location"] == "/accounts/sign-in/?next=/settings/"
    assert Client().post("/settings/theme/", {"theme": "dark"}).status_code == 302
    assert hide(Client(), {"hidden": True}) == 401
