"""Every sentence is there in every language, and each person is spoken to in theirs."""

import re
from collections import Counter
from pathlib import Path

import polib
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from chatapp.accounts.models import User
from chatapp.translation.catalogues import catalogues
from chatapp.translation.extracting import Sentence, given_in, sentences
from conversations.consumers.language import language_of

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\{?\w+\}?\}")
HOW = "run `manage.py translations`, then fill in the empty entries of {}"
CHINESE = {"accept-language": "zh-CN,zh;q=0.9,en;q=0.8"}

each_catalogue = pytest.mark.parametrize(
    "path", catalogues(), ids=lambda path: str(path.parent.parent.name)
)


def test_sentences_are_found_in_templates_and_in_code() -> None:
    found = sentences()
    assert Sentence("New chat") in found
    assert Sentence("%(n)s answer", "%(n)s answers") in found
    assert Sentence("This message no longer exists.") in found, "what the server refuses with"


def test_what_a_filter_or_a_tag_is_given_to_say_is_found_too() -> None:
    source = """{{ x|default:_("One \\"thing\\"") }} {% if x == _('another') %}{% endif %}
        {# _("nothing") #} _("plain") {% comment %}{% endcomment %}"""
    assert set(given_in(source)) == {Sentence('One "thing"'), Sentence("another")}
    assert Sentence("The default model") in sentences()


@each_catalogue
def test_every_sentence_has_a_translation(path: Path) -> None:
    catalogue = polib.pofile(str(path))
    known = {Sentence(entry.msgid, entry.msgid_plural) for entry in catalogue}
    assert sentences() - known == set(), HOW.format(path)
    assert known - sentences() == set(), f"what nobody says any more: {HOW.format(path)}"
    empty = [entry.msgid for entry in catalogue.untranslated_entries()]
    assert empty + [entry.msgid for entry in catalogue.fuzzy_entries()] == [], HOW.format(path)


@each_catalogue
def test_a_translation_has_the_placeholders_of_its_sentence(path: Path) -> None:
    for entry in polib.pofile(str(path)):
        # Of a plural the form for many is the one that has them all.
        said = entry.msgid_plural or entry.msgid
        for text in entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]:
            assert Counter(PLACEHOLDER.findall(text)) == Counter(PLACEHOLDER.findall(said)), said


def test_a_page_is_in_the_language_of_the_browser(signed_in: Client) -> None:
    page = signed_in.get("/", headers=CHINESE).content.decode()
    assert 'lang="zh-hans"' in page
    assert "\u65b0\u5bf9\u8bdd" in page
    assert "New chat" not in page
    assert "New chat" in signed_in.get("/").content.decode()


def test_the_choice_of_a_person_goes_before_the_browser_s(signed_in: Client, owner: User) -> None:
    signed_in.post("/accounts/language/", {"language": "en"})
    assert 'lang="en"' in signed_in.get("/", headers=CHINESE).content.decode()
    signed_in.post("/accounts/language/", {"language": "zh-hans"})
    assert 'lang="zh-hans"' in signed_in.get("/").content.decode()
    refused = signed_in.post("/accounts/language/", {"language": "xx"})
    assert refused.status_code == 400
    owner.refresh_from_db()
    assert owner.language == "zh-hans"


def test_whoever_asks_is_looked_up_once(signed_in: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        signed_in.get("/conversations/")
    people = [query for query in queries if 'FROM "accounts_user"' in query["sql"]]
    assert len(people) == 1


def test_choosing_a_language_leads_back_but_to_no_other_site(signed_in: Client) -> None:
    def goes_to(referer: str) -> str:
        data = {"language": "en"}
        answer = signed_in.post("/accounts/language/", data, headers={"referer": referer})
        return str(answer["Location"])

    assert goes_to("http://testserver/c/conv_1") == "http://testserver/c/conv_1"
    assert goes_to("http://elsewhere.test/") == "/"


def test_a_refusal_is_in_the_person_s_language(signed_in: Client) -> None:
    answer = signed_in.get("/conversations/conv_0/", headers=CHINESE)
    assert answer.status_code == 404
    assert re.search("[\u4e00-\u9fff]", answer.json()["error"]["message"])


@pytest.mark.parametrize(
    ("chosen", "asked", "spoken"),
    [
        ("", b"zh-CN,en;q=0.5", "zh-hans"),
        ("en", b"zh-CN", "en"),
        ("", b"xx, *;q=0.1", "en"),
        ("", b"", "en"),
        ("gone", b"zh-Hans", "zh-hans"),
    ],
)
def test_a_socket_speaks_the_chosen_language_or_the_browser_s(
    chosen: str, asked: bytes, spoken: str
) -> None:
    user = User(username="ada", language=chosen)
    assert language_of(user, [(b"accept-language", asked)]) == spoken
