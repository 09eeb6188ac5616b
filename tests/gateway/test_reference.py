"""The page about the API: it has all that is described, for whoever is signed in."""

import html
import re

import pytest
from django.test import Client
from django.utils.translation import activate
from pytest_django import DjangoAssertNumQueries

from conversations.gateway.asking import ALIASES, KNOWN
from conversations.gateway.asking_shapes import COMPONENTS
from conversations.gateway.chapters import in_words
from conversations.gateway.coded import coded
from conversations.gateway.urls import description
from tests.support.models import make_model

PAGE = "/docs/api/"


def text_of(client: Client, **headers: str) -> str:
    answer = client.get(PAGE, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_has_every_address_with_its_parameters_and_errors(signed_in: Client) -> None:
    page = text_of(signed_in)
    for path, operations in description.document["paths"].items():
        for method, operation in operations.items():
            assert f'id="{operation["operationId"]}"' in page
            assert f"/v1{path}" in page.replace("<wbr>", "")
            assert method.upper() in page
            for parameter in operation["parameters"]:
                assert f"<code>{parameter['name']}</code>" in page
    for name in KNOWN | ALIASES.keys():
        assert f"<code>{name}</code>" in page, name
    told = set(re.findall(r'href="#([\w-]+)"', page))
    assert told <= set(re.findall(r'id="([\w-]+)"', page))
    assert {f"part-{name}" for name in COMPONENTS} <= set(re.findall(r'id="([\w-]+)"', page))


def test_its_examples_have_this_address_and_a_model_of_the_persons(signed_in: Client) -> None:
    make_model("our-model")
    page = html.unescape(text_of(signed_in, host="localhost"))
    assert 'base_url="http://localhost/v1"' in page
    assert 'client.responses.create(model="our-model", input="Hello")' in page
    assert 'client.responses.create({ model: "our-model", input: "Hello" })' in page
    assert """-d '{"model": "our-model", "input": "Hello"}'""" in page


@pytest.mark.parametrize("models", [1, 30])
def test_it_asks_the_database_no_more_where_there_is_more(
    signed_in: Client, django_assert_num_queries: DjangoAssertNumQueries, models: int
) -> None:
    for number in range(models):
        make_model(f"model-{number}")
    text_of(signed_in)
    with django_assert_num_queries(4):  # the session, who it is (twice), and a model
        text_of(signed_in)


def test_it_is_for_those_who_are_signed_in(db: None) -> None:
    answer = Client().get(PAGE)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/sign-in/")


def test_the_page_of_the_keys_leads_there(signed_in: Client) -> None:
    assert f'href="{PAGE}"' in signed_in.get("/settings/keys/").content.decode()


def test_what_is_english_says_so_in_a_page_of_another_language(signed_in: Client) -> None:
    page = text_of(signed_in, accept_language="zh-hans")
    activate("en")
    assert '<html lang="zh-hans"' in page
    assert '<p lang="en"><strong>Ask a model.</strong>' in page


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"type": ["string", "null"], "maxLength": 5000}, "text of at most 5,000 characters"),
        ({"enum": ["a", "b", None]}, "`a`, `b`"),
        ({"type": "integer", "minimum": 1, "maximum": 3}, "whole number from 1 to 3"),
        (
            {"type": "array", "items": {"$ref": "#/components/schemas/TextPart"}},
            "list of [TextPart]",
        ),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "text"),
        ({"anyOf": [{"const": n} for n in range(9)]}, "`0` or `1` or `2` or `3` or 5 others"),
        ({"anyOf": [{"type": "string"}, {"enum": ["gpt"]}]}, "text"),
        ({"const": True}, "`true`"),
        ({}, "anything"),
    ],
)
def test_a_schema_is_put_into_words(schema: dict[str, object], said: str) -> None:
    assert in_words(schema) == said


def test_code_is_marked_and_nothing_of_a_text_is_markup() -> None:
    text = "A `<b>` of [TextPart], see [there](https://elsewhere.example).\n\nMore."
    assert coded(text) == (
        'A <code>&lt;b&gt;</code> of <a href="#part-TextPart">TextPart</a>, see there.'
    )
