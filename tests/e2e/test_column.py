"""The column of text: as wide as the message box, its lines as long as one reads well."""

from statistics import median

from playwright.sync_api import Page

from tests.support.chat_page import ChatPage

REM = 16
PROSE = (
    "The sieve of Eratosthenes finds all prime numbers up to a given limit by striking out the"
    " multiples of each prime, starting with the first one, two. It was described in antiquity by"
    " a librarian in Alexandria, who also measured the size of the earth with nothing but a stick,"
    " a well and the shadow of noon. Neither of his books has come down to us, and what is known of"
    " them stands in the books of others, who did not always like what they were copying."
)
LINE_LENGTHS = """(paragraph) => {
  const text = paragraph.firstChild;
  const range = document.createRange();
  const lines = new Map();
  for (let at = 0; at < text.length; at++) {
    range.setStart(text, at);
    range.setEnd(text, at + 1);
    const top = Math.round(range.getBoundingClientRect().top);
    lines.set(top, (lines.get(top) ?? 0) + 1);
  }
  return [...lines.values()].slice(0, -1);
}"""


def test_the_message_box_is_as_wide_as_the_column(page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 800})
    chat = ChatPage(page).open()
    chat.ask_and_wait("What is red?")
    column = page.locator(".turn").first.bounding_box()
    composer = page.locator("form.composer").bounding_box()
    assert column
    assert composer
    assert (composer["x"], composer["width"]) == (column["x"], column["width"])
    assert 45 * REM <= column["width"] <= 48 * REM


def test_a_line_of_an_answer_has_65_to_75_characters(page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 800})
    answer = ChatPage(page).open().ask_and_wait(PROSE)
    lengths: list[int] = answer.locator(".prose p").first.evaluate(LINE_LENGTHS)
    assert len(lengths) > 4
    assert 65 <= median(lengths) <= 75
