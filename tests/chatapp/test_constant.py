"""Pages whose constant pieces go out compressed, and what is a person's as it is."""

import gzip
from collections.abc import Iterator

import pytest
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import Client, RequestFactory
from django.utils import translation

from chatapp.accounts.models import User
from chatapp.constant import ConstantMiddleware
from tests.support.models import make_conversation, make_response

PACKED = {"Accept-Encoding": "br, gzip"}
REPEATED = "The same for everybody. " * 100
CONSTANT = "{% constant %}" + REPEATED + "{% endconstant %}"
PAGE = "{% load constant %}{{ before }}" + CONSTANT + "{{ name }}"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def answer(source: str, headers: dict[str, str] | None = None, **values: str) -> HttpResponse:
    """What a browser gets of a page with this template."""

    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(engines["django"].from_string(source).render(values, request))

    response = ConstantMiddleware(view)(RequestFactory().get("/", headers=headers))
    assert isinstance(response, HttpResponse)
    return response


def unpacked(response: HttpResponse) -> str:
    assert response.headers["Content-Encoding"] == "gzip"
    return gzip.decompress(response.content).decode()


def test_a_page_is_the_same_whether_a_browser_takes_it_compressed_or_not() -> None:
    plain, packed = (answer(PAGE, headers, name="Ada 天空") for headers in ({}, PACKED))
    assert "Content-Encoding" not in plain.headers
    assert plain.content.decode() == unpacked(packed) == f"{REPEATED}Ada 天空"
    assert len(packed.content) < len(plain.content) / 10
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"


def test_what_is_a_persons_has_its_own_length_whatever_it_resembles() -> None:
    known = REPEATED[:200]
    again, other = (
        answer(PAGE, PACKED, before=known, name=name) for name in (known, "x" * len(known))
    )
    assert len(again.content) == len(other.content)


@pytest.mark.parametrize("size", [0, 65_535, 65_536, 200_000])
def test_what_is_a_persons_may_be_of_any_size(size: int) -> None:
    assert unpacked(answer(PAGE, PACKED, name="n" * size)) == REPEATED + "n" * size


def test_what_is_constant_knows_nothing_of_who_asks() -> None:
    source = "{% load constant %}{% constant %}[{{ name }}{{ request.path }}]{% endconstant %}"
    assert answer(source, name="Ada").content == b"[]"


def test_each_language_has_its_own() -> None:
    source = "{% load constant i18n %}{% constant %}{% translate 'Send' %}{% endconstant %}"
    template = engines["django"].from_string(source)

    def page(language: str) -> bytes:
        with translation.override(language):
            view = lambda request: HttpResponse(template.render({}, request))  # noqa: E731
            response = ConstantMiddleware(view)(RequestFactory().get("/"))
            assert isinstance(response, HttpResponse)
            return response.content

    assert [page(language) for language in ("en", "zh-hans", "en")] == [
        b"Send",
        "发送".encode(),
        b"Send",
    ]


def test_a_constant_may_stand_in_another_one() -> None:
    source = "{% load constant %}{% constant %}a{% constant %}b{% endconstant %}c{% endconstant %}"
    assert answer(source).content == b"abc"
    assert unpacked(answer(source, PACKED)) == "abc"


def test_a_page_without_any_is_left_as_it_is() -> None:
    response = answer("{{ name }}", PACKED, name="Ada")
    assert response.content == b"Ada"
    assert not response.headers.keys() & {"Content-Encoding", "Vary"}


def test_the_chat_page_goes_out_with_its_words_compressed_and_the_conversation_not(
    signed_in: Client, owner: User
) -> None:
    conversation = make_conversation(owner)
    make_response(conversation, "Why is it blue?", "It is. " * 1000)
    response = signed_in.get(f"/c/{conversation.pk}", headers=PACKED)
    assert isinstance(response, HttpResponse)
    assert b"It is. It is. It is. " in response.content
    assert b'id="messages"' not in response.content
    assert 'id="messages"' in unpacked(response)
    assert int(response.headers["Content-Length"]) == len(response.content)
