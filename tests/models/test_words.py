"""The words of a text: what the index has of it, and where a query stands in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.models.words import (
    INDEXED_LENGTH,
    counts,
    flat,
    has_all,
    indexed,
    may_have,
    phrases,
    places,
    runs,
    terms,
)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Why is the Sky blue?", "why is the sky blue"),
        ("snake_case, kebab-case", "snake case kebab case"),
        ("Crème Brûlée", "creme brulee"),
        ("\uff26\uff35\uff2c\uff2c width", "full width"),
        ("Straße", "strasse"),
        ("机器学习", "机器 器学 学习 习"),
        ("用GPT学习", "用 用 gpt 学习 习"),
        ("東京タワー", "東京 京タ タワ ワー ー"),
        ("한국어 문장", "한국어 문장"),
        ("", ""),
        ("…!?", ""),
    ],
)
def test_the_index_has_the_words_without_case_and_accents(text: str, terms: str) -> None:
    assert indexed(text) == terms


def test_of_a_text_without_end_the_index_has_the_beginning() -> None:
    assert len(indexed("word " * INDEXED_LENGTH)) <= INDEXED_LENGTH


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("blue sky", [["blue"], ["sky"]]),
        ("机器学", [["机器", "器学"]]),
        ("学", [["学"]]),
        ('"; DROP * AND (', [["drop"], ["and"]]),
        (" -- ", []),
    ],
)
def test_a_query_wants_all_of_its_words(query: str, wanted: list[list[str]]) -> None:
    assert phrases(query) == wanted


@pytest.mark.parametrize(
    ("text", "query", "found"),
    [
        ("Blue skies are blue", "blue", ["Blue", "blue"]),
        ("The skies", "ski", ["skies"]),
        ("\U0001d504\U0001d505 alphabet", "ab", ["\U0001d504\U0001d505"]),
        ("abc", "\U0001d504", ["abc"]),
        ("Crème brûlée", "creme", ["Crème"]),
        ("深度机器学习很好", "机器学", ["机器学"]),
        ("nothing here", "else", []),
    ],
)
def test_the_words_of_a_query_are_found_where_they_stand(
    text: str, query: str, found: list[str]
) -> None:
    assert [text[start:end] for start, end in places(text, query)] == found


@given(st.text(max_size=80))
def test_no_term_has_a_sign_that_a_query_language_could_take_for_its_own(text: str) -> None:
    signs = set(indexed(text)) - {" "}
    assert not signs & set("()'\"*:&|!<>-+^{}[]\\/.,;@#$%=~`?_\x00\n")


@given(st.text(max_size=80), st.text(max_size=20))
def test_places_are_in_order_and_within_the_text(text: str, query: str) -> None:
    found = list(places(text, query))
    assert found == sorted(found)
    assert all(0 <= start < end <= len(text) for start, end in found)


LETTERS = st.text("aAéÉß\uff46ﬁ⑴1_ .習学ガｶﾞ한가\u0301\u3099", max_size=12)


@given(LETTERS | st.text(max_size=20), LETTERS | st.text(max_size=4))
def test_a_text_that_has_all_of_the_words_is_never_passed_over(text: str, query: str) -> None:
    wanted = list(runs(query))
    assert has_all(text, wanted) == all(next(places(text, run.word), None) for run in wanted)
    assert may_have(text, wanted) or not has_all(text, wanted)


def test_a_text_without_the_words_is_passed_over() -> None:
    assert not may_have("Blue skies", list(runs("green")))
    assert not may_have("Crème brûlée", list(runs("plume")))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("Blue sky, blue sea", ["blue", "sky", "sea"]),
        ("Crème Brûlée", ["creme", "brulee"]),
        ("机器学习", ["机器", "器学", "学习"]),
        ("学", ["学"]),
        ("用GPT", ["用", "gpt"]),
        ("Straße ﬁnden", ["strasse", "finden"]),
        (" -- ", []),
    ],
)
def test_of_a_query_words_and_pairs_of_unspaced_letters_are_counted(
    query: str, found: list[str]
) -> None:
    assert terms(query) == found


@pytest.mark.parametrize(
    ("text", "term", "times"),
    [
        ("Blue, blue-ish, true blue: bluest; _blue_", "blue", 5),
        ("A highlight", "light", 0),
        ("“Light”\u2014light\u2019s light", "light", 3),
        ("Crème (crème) Crémerie", "creme", 3),
        ("cre-me cre\u0300me", "creme", 1),
        ("灯塔、灯塔", "灯塔", 2),
        ("使用Python的人 Pythonist, xPython", "python", 2),
        ("Žluťoučký kůň, žluť", "zlut", 2),
        ("Straße, Gasstraße", "strasse", 1),
        ("отчёт, Отчет, неотчет", "отчет", 2),
        ("", "blue", 0),
    ],
)
def test_words_that_begin_so_are_counted(text: str, term: str, times: int) -> None:
    assert counts(term, [flat(text)]) == [times]


@given(st.text(), st.text(), st.text())
def test_what_a_text_has_is_counted_in_it(before: str, word: str, after: str) -> None:
    text = flat(f"{before} {word} {after}")
    assert all(counts(term, [text])[0] for term in terms(word))
