"""The text of a page as a person would read it, and nothing that a person would not see."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.files.hypertext import ENOUGH, MOST_LINKS, Link, read

LONG = "word " * ENOUGH


def text_of(markup: str) -> str:
    return read(markup).text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One<p>Two", "One\n\nTwo"),
        ("a  b\n c<br>d", "a b c\nd"),
        ("<div>a<div>b</div>c</div>", "a\nb\nc"),
        ("a<b>b</b> <i>c</i>", "ab c"),
        ("<h2>Two</h2>text", "## Two\n\ntext"),
        ("<ul><li>a<li>b</ul>", "- a\n- b"),
        ("<ul><li>a<ul><li>b</ul><li>c</ul>", "- a\n\n- b\n\n- c"),
        ("<table><tr><th>A<th>B<tr><td>1<td>2</table>", "| A | B |\n| 1 | 2 |"),
        ("<pre>def f():\n    return  1</pre>", "def f():\n    return  1"),
        ("5 &lt; 6 &amp; 7&nbsp;&#8364;", "5 < 6 & 7 \N{EURO SIGN}"),
        ("</p></div>a</b>", "a"),
        ("", ""),
    ],
)
def test_elements_become_lines_and_paragraphs(markup: str, text: str) -> None:
    assert text_of(markup) == text


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>x</script>",
        "<style>x</style>",
        "<noscript>x</noscript>",
        "<template>x</template>",
        "<!-- x -->",
        "<p hidden>x</p>",
        "<div aria-hidden=true>x</div>",
        "<span style='color:red; DISPLAY : none'>x</span>",
        "<span style='visibility:hidden'>x</span>",
        "<textarea>x</textarea>",
        "<svg><text>x</text></svg>",
    ],
)
def test_what_a_person_does_not_see_is_not_read(hidden: str) -> None:
    assert text_of(f"<main>seen {hidden}</main>") == "seen"


@pytest.mark.parametrize(
    "beside",
    [
        "<nav>x</nav>",
        "<footer>x</footer>",
        "<aside>x</aside>",
        "<div role=navigation>x</div>",
        "<button>x</button>",
        "<nav><ul><li>x</nav>",
    ],
)
def test_menus_and_the_like_are_left_out(beside: str) -> None:
    assert text_of(f"<div>seen{beside}</div>") == "seen"


def test_a_page_of_nothing_else_is_read_all_the_same() -> None:
    assert text_of("<nav>Home</nav><footer>Imprint</footer>") == "Home\nImprint"


@pytest.mark.parametrize("tag", ["main", "article", "div role=main"])
def test_what_says_that_it_is_the_main_thing_is_read_alone(tag: str) -> None:
    end = tag.split()[0]

    assert text_of(f"<div>Log in</div><{tag}>{LONG}</{end}><div>More</div>") == LONG.strip()


def test_of_several_articles_all_are_read() -> None:
    assert text_of(f"<article>{LONG}</article><article>last</article>").endswith("last")


def test_a_main_thing_with_hardly_a_word_leaves_the_page_as_it_is() -> None:
    assert text_of("<main>Loading</main><div>The text</div>") == "Loading\nThe text"


def test_a_page_without_a_title_has_that_of_its_first_heading() -> None:
    assert read("<h1>First  one</h1>").title == "First one"
    assert read("<title>\n A &amp; B </title><h1>First</h1>").title == "A & B"
    assert read("nothing").title == ""


def test_links_are_whole_and_there_once() -> None:
    page = read(
        "<base href='/docs/'><a href='a'>One</a><a href='a#b'>again</a><a href='//c.example/'>Two"
        "</a><a href='javascript:x'>No</a><a href='mailto:x@y'>No</a><a href='d'><img></a>"
        "<a href='http://['>No</a><nav><a href='e'>Menu</a></nav>",
        "https://example.org/x",
    )

    assert page.links == [
        Link("One", "https://example.org/docs/a"),
        Link("Two", "https://c.example/"),
    ]


def test_there_are_links_up_to_a_bound() -> None:
    page = read("".join(f"<a href=/{n}>x</a>" for n in range(MOST_LINKS + 5)), "https://e.example")

    assert len(page.links) == MOST_LINKS


@pytest.mark.parametrize("markup", ["<div>" * 20_000, "<li>x" * 20_000, "</p>" * 20_000])
def test_a_page_may_be_nested_as_deep_as_it_likes(markup: str) -> None:
    assert text_of(f"{markup}end").endswith("end")


@given(st.text(alphabet="<>/!-&#;'\" =abpldivscript\n", max_size=300))
def test_whatever_is_written_is_read_to_its_end(markup: str) -> None:
    page = read(markup, "https://example.org/")

    assert all(link.url.startswith("http") for link in page.links)
