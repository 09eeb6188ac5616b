"""A person brings their conversations along, and takes them away."""

import base64
import re
import zipfile
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.support.chat_page import ChatPage

EXPORT = Path(__file__).parents[1] / "imports" / "chatgpt.json"
BROKEN_WORDS = """(cell) => {
  const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
  const broken = [];
  while (texts.nextNode()) {
    for (const { 0: word, index } of texts.currentNode.data.matchAll(/\\S+/g)) {
      const range = document.createRange();
      range.setStart(texts.currentNode, index);
      range.setEnd(texts.currentNode, index + word.length);
      if (range.getClientRects().length > 1) broken.push(word);
    }
  }
  return broken;
}"""
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def test_an_export_of_chatgpts_is_brought_along_and_gone_on_with(
    page: Page, tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.write(EXPORT, "conversations.json")
        archive.writestr("file-Abc123-bird.png", PNG)
        archive.writestr("file_00000000abc.png", PNG)
    chat = ChatPage(page).open()
    page.get_by_role("button", name="person").click()
    page.get_by_role("menuitem", name="My data").press("Enter")
    page.get_by_label("File", exact=True).set_input_files(tmp_path / "export.zip")
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("1 conversation taken.")).to_be_visible()
    expect(page.get_by_role("row", name="puffins")).to_contain_text("4 answers")
    page.get_by_role("link", name="puffins").click()

    chat.wait_until_ready()
    expect(chat.questions).to_have_count(2)
    expect(chat.answer).to_contain_text("In burrows.")
    expect(chat.question).to_contain_text("2 / 2")
    expect(chat.questions.first.get_by_role("img", name="Picture sent")).to_be_visible()
    chat.question.get_by_role("button", name="Previous version").click()
    expect(chat.answer).to_contain_text("It is 42:")
    expect(chat.answer.locator("code").filter(has_text="print(6 * 7)").last).to_be_visible()
    chat.ask_and_wait("Thank you")
    expect(chat.questions).to_have_count(3)


def test_no_word_of_the_report_is_broken_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/settings/data/")
    page.get_by_label("File", exact=True).set_input_files(EXPORT)
    page.get_by_role("button", name="Import", exact=True).click()
    cells = page.get_by_role("row").nth(1).get_by_role("cell")
    expect(cells.nth(1)).to_have_text("4 answers")
    assert cells.nth(1).evaluate(BROKEN_WORDS) == []
    assert cells.nth(2).evaluate(BROKEN_WORDS) == []


def test_everything_is_taken_away(page: Page, tmp_path: Path) -> None:
    chat = ChatPage(page).open()
    chat.ask_and_wait("Where do herons nest?")
    page.goto("/settings/data/")
    with page.expect_download() as started:
        page.get_by_role("link", name="Export everything").click()
    started.value.save_as(tmp_path / "all.zip")
    assert re.fullmatch(r"chatapp-\d{4}-\d\d-\d\d\.zip", started.value.suggested_filename)
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert "herons" in archive.read("conversations.json").decode()
