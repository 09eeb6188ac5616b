"""Passages of texts: where they end, on which page they are, and which tell most of a query."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.models.passages import SIZE, Passage, Text, best, passages_of


def found(query: str, *texts: str, most: int = 8) -> list[str]:
    """The names of the texts, a passage each, that a query finds."""
    passages = [Passage(str(at), 1, 1, None, text) for at, text in enumerate(texts)]
    return [passage.file for passage in best(passages, query, most)]


def test_a_text_is_cut_between_paragraphs_else_sentences_else_words() -> None:
    paragraph, sentence = "a" * 500 + "\n\n", "b" * 500 + ". "
    pieces = [each.text for each in passages_of(Text("t", paragraph + sentence + "c " * 600))]

    assert pieces[:2] == [paragraph.strip(), sentence.strip()]
    assert set(pieces[2]) == {"c", " "}
    assert len(pieces[2]) > SIZE / 2


def test_what_can_not_be_broken_is_cut_at_the_size() -> None:
    assert [len(each.text) for each in passages_of(Text("t", "x" * (SIZE + 1)))] == [SIZE, 1]


@given(st.text(alphabet="ab .\n\f灯", max_size=5000))
def test_nothing_is_lost_and_nothing_is_longer_than_a_passage(text: str) -> None:
    passages = passages_of(Text("t", text, has_pages=True))

    assert "".join("".join(each.text for each in passages).split()) == "".join(text.split())
    assert all(each.text and len(each.text) <= SIZE for each in passages)
    assert [each.number for each in passages] == list(range(1, len(passages) + 1))
    assert all(each.of == len(passages) for each in passages)


def test_a_passage_is_of_one_page_and_an_empty_page_counts() -> None:
    passages = passages_of(Text("t", "One.\f\fThree. " + "x " * SIZE, has_pages=True))

    assert [each.page for each in passages[:2]] == [1, 3]
    assert {each.page for each in passages[1:]} == {3}


def test_without_marks_no_page_is_known() -> None:
    assert [each.page for each in passages_of(Text("t", "One.\fTwo."))] == [None]


def test_a_rare_word_weighs_more_than_a_frequent_one() -> None:
    assert found("the lighthouse", *["the ship and the sea"] * 5, "a lighthouse")[0] == "5"


def test_more_of_the_words_weigh_more_than_one_said_again() -> None:
    texts = "whale whale whale whale", "a whale and a ship", "nothing", "nothing more"
    assert found("whale ship", *texts) == ["1", "0"]


def test_a_short_passage_comes_before_a_long_one_and_the_first_before_the_second() -> None:
    assert found("owl", "owl " + "x " * 200, "owl", "owl", "no") == ["1", "2", "0"]


@pytest.mark.parametrize("query", ["灯塔有多高", "灯塔", "塔"])
def test_chinese_is_found_without_spaces(query: str) -> None:
    assert found(query, "船", "那座灯塔高四十米", "海") == ["1"]


@pytest.mark.parametrize("query", ["", "   ", "…", "zebra", "tain"])
def test_what_stands_nowhere_finds_nothing(query: str) -> None:
    assert found(query, "mountain", "sea") == []


def test_no_more_than_wanted_are_found() -> None:
    assert found("owl", *["owl"] * 5, most=2) == ["0", "1"]


def test_of_no_texts_nothing_is_found() -> None:
    assert best([], "owl", 8) == []
