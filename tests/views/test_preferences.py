"""The page of settings, as it is without any script."""

import re

from django.test import Client


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


def test_it_is_for_those_signed_in() -> None:
    assert Client().get("/settings/")["Location"] == "/accounts/sign-in/?next=/settings/"
    assert Client().post("/settings/theme/", {"theme": "dark"}).status_code == 302
