"""Files at a message: chosen, pasted, dropped, sent, shown and kept."""

import base64
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from tests.support.browser import NewServer, sign_in
from tests.support.chat_page import ChatPage
from tests.support.page_errors import PageErrors
from tests.support.server import add_people
from tests.support.uploads import docx, picture

FILE = """(name, bytes) =>
  new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name, { type: "image/png" })"""
PASTE = f"""([selector, text, name, bytes]) => {{
  const data = new DataTransfer();
  if (text) data.setData("text/plain", text);
  if (name) data.items.add(({FILE})(name, bytes));
  const options = {{ clipboardData: data, bubbles: true, cancelable: true }};
  document.querySelector(selector).dispatchEvent(new ClipboardEvent("paste", options));
}}"""
DRAG = f"""([types, name, bytes]) => {{
  const data = new DataTransfer();
  data.items.add(({FILE})(name, bytes));
  const options = {{ dataTransfer: data, bubbles: true, cancelable: true }};
  for (const type of types)
    document.querySelector("main").dispatchEvent(new DragEvent(type, options));
}}"""

FORGET_FILES = """async () => {
  const { csrf_token: token } = JSON.parse(document.getElementById("page").textContent);
  const drafts = Object.keys(localStorage).filter((key) => key.startsWith("draft-files:"));
  const ids = drafts.flatMap((key) => JSON.parse(localStorage[key])).map((one) => one.file_id);
  const headers = { "x-csrftoken": token };
  await Promise.all(ids.map((id) => fetch(`/files/${id}/`, { method: "DELETE", headers })));
}"""


def file(name: str, data: bytes, kind: str = "application/octet-stream") -> Any:
    return {"name": name, "mimeType": kind, "buffer": data}


def attach(page: Page, *files: Any) -> None:
    page.locator("form.composer [data-part=choose-files]").set_input_files(list(files))


def chips(page: Page) -> Locator:
    return page.get_by_role("list", name="Attached files").get_by_role("listitem")


def test_a_picture_and_a_document_are_sent_shown_and_opened(page: Page) -> None:
    chat = ChatPage(page).open()
    page.get_by_role("button", name="Attach").click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("menuitem", name="Files").click()
    letter = file("letter.docx", docx("Dear all"))
    chooser.value.set_files([file("cat.png", picture(size=(640, 480))), letter])
    expect(chips(page)).to_have_count(2)
    expect(page.get_by_role("button", name="Open letter.docx")).to_be_enabled()
    expect(page.get_by_role("button", name="Open cat.png")).to_be_enabled()
    chat.ask_and_wait("What are these?")
    expect(chips(page)).to_have_count(0)
    page.reload()
    question = chat.questions.last
    expect(question.get_by_role("button", name="cat.png")).to_be_visible()
    question.get_by_role("button", name=re.compile("letter.docx")).click()
    preview = page.get_by_role("dialog", name="letter.docx")
    expect(preview).to_contain_text("Dear all")
    page.keyboard.press("Escape")
    question.get_by_role("button", name=re.compile("cat.png")).click()
    expect(page.get_by_role("dialog", name="Picture")).to_be_visible()


def test_a_file_alone_can_be_sent_and_survives_a_reload_before(page: Page) -> None:
    chat = ChatPage(page).open()
    attach(page, file("notes.txt", b"Buy milk"))
    expect(page.get_by_role("button", name="Open notes.txt")).to_be_enabled()
    page.reload()
    expect(chips(page)).to_contain_text("notes.txt")
    chat.wait_until_ready()
    chat.send.click()
    chat.wait()
    expect(chat.questions.last).to_contain_text("notes.txt")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("New chat")


def test_what_is_not_taken_says_so_on_its_chip_and_is_removed_by_keyboard(
    page: Page, page_errors: PageErrors
) -> None:
    page_errors.expect("status of 422")
    chat = ChatPage(page).open()
    attach(page, file("virus.exe", b"MZ"))
    expect(chips(page)).to_contain_text("Files of this type are not taken.")
    attach(page, file("fake.png", b"<svg/>"))
    expect(chips(page).last).to_contain_text("not what its name says")
    chat.draft.fill("Look")
    chat.send.click()
    expect(page.get_by_text("A file could not be attached")).to_be_visible()
    page.get_by_role("button", name="Remove virus.exe").press("Enter")
    expect(page.get_by_role("button", name="Remove fake.png")).to_be_focused()
    page.keyboard.press("Enter")
    expect(chips(page)).to_have_count(0)
    expect(chat.draft).to_be_focused()


def test_a_long_paste_becomes_a_file_that_can_become_a_text_again(page: Page) -> None:
    chat = ChatPage(page).open()
    long = "a line of a log\n" * 600
    page.evaluate(PASTE, ["#draft", long, "", ""])
    expect(chips(page)).to_contain_text("pasted.txt")
    page.get_by_role("button", name="Insert as text").click()
    expect(chat.draft).to_have_value(long)
    expect(chips(page)).to_have_count(0)


def test_a_picture_is_pasted_and_dropped_anywhere(page: Page) -> None:
    ChatPage(page).open()
    data = base64.b64encode(picture()).decode()
    page.evaluate(PASTE, ["h1", "", "shot.png", data])
    expect(chips(page)).to_contain_text("shot.png")
    page.evaluate(DRAG, [["dragenter", "dragover"], "dropped.png", data])
    expect(page.get_by_text("Drop files to attach them")).to_be_visible()
    page.evaluate(DRAG, [["drop"], "dropped.png", data])
    expect(page.get_by_text("Drop files to attach them")).to_be_hidden()
    expect(chips(page)).to_have_count(2)


def test_an_edited_message_keeps_its_files_and_can_lose_them(page: Page) -> None:
    chat = ChatPage(page).open()
    attach(page, file("one.txt", b"1"), file("two.txt", b"2"))
    expect(page.get_by_role("button", name="Open two.txt")).to_be_enabled()
    chat.ask_and_wait("Compare")
    chat.draft.press("ArrowUp")
    editing = chat.questions.last
    editing.get_by_role("button", name="Remove two.txt").click()
    editing.get_by_role("textbox", name="Your message").fill("Only the first")
    editing.get_by_role("button", name="Send").click()
    chat.wait()
    expect(chat.questions.last).to_contain_text("one.txt")
    expect(chat.questions.last).not_to_contain_text("two.txt")


def test_a_file_that_is_uploading_stays_when_its_conversation_is_opened_again(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.ask_and_wait("Hello")
    held: list[Route] = []
    page.route("**/files/", lambda route: held.append(route))
    attach(page, file("notes.txt", b"Buy milk"))
    chat.draft.fill("Read this")
    page.locator(".row-link[aria-current=page]").click()
    expect(chat.draft).to_have_value("Read this")
    expect(chips(page)).to_contain_text("notes.txt")
    held[0].continue_()
    expect(page.get_by_role("button", name="Open notes.txt")).to_be_enabled()


def test_a_file_that_is_uploading_goes_on_with_its_draft_while_another_chat_is_open(
    page: Page,
) -> None:
    chat = ChatPage(page).open()
    chat.ask_and_wait("Hello")
    mine = page.url
    held: list[Route] = []
    page.route("**/files/", lambda route: held.append(route))
    attach(page, file("notes.txt", b"Buy milk"))
    expect(chips(page)).to_contain_text("notes.txt")
    page.get_by_role("link", name="New chat").click()
    expect(chips(page)).to_have_count(0)
    with page.expect_response("**/files/"):
        held[0].continue_()
    page.go_back()
    expect(page).to_have_url(mine)
    expect(page.get_by_role("button", name="Open notes.txt")).to_be_enabled()
    page.reload()
    expect(page.get_by_role("button", name="Open notes.txt")).to_be_enabled()
    page.evaluate(FORGET_FILES)
    page.reload()
    expect(chips(page)).to_contain_text("Not kept any more")


def test_what_the_chosen_model_makes_of_files_is_said_before_they_are_sent(page: Page) -> None:
    ChatPage(page).open()
    attach(page, file("cat.png", picture()), file("letter.docx", docx("Dear all")))
    expect(page.get_by_text("Files are sent to fake-model as their text.")).to_be_visible()
    pictures = page.get_by_text("Pictures are not shown to Guide")
    expect(pictures).to_be_hidden()
    page.get_by_role("button", name="Model: fake-model").click()
    page.get_by_role("option", name="Guide").click()
    expect(pictures).to_be_visible()
    page.get_by_role("button", name="Remove cat.png").click()
    expect(pictures).to_be_hidden()


def test_a_change_that_is_given_up_takes_its_uploads_along(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.ask_and_wait("Hello")
    page.route("**/files/", lambda _: None)
    chat.draft.press("ArrowUp")
    editing = chat.questions.last
    editing.locator("[data-part=choose-files]").set_input_files([file("notes.txt", b"1")])
    expect(editing.get_by_text("notes.txt")).to_be_visible()
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/files/")):
        editing.get_by_role("button", name="Cancel", exact=True).click()


def test_a_file_that_could_not_be_read_is_not_said_to_be_gone(
    page: Page, page_errors: PageErrors
) -> None:
    page_errors.expect("ERR_FAILED")
    ChatPage(page).open()
    attach(page, file("notes.txt", b"Buy milk"))
    page.route("**/files/*/text/", lambda route: route.abort())
    page.get_by_role("button", name="Open notes.txt").click()
    preview = page.get_by_role("dialog", name="notes.txt")
    expect(preview).to_contain_text("That did not work.")
    expect(preview).not_to_contain_text("not there any more")


class Tides(BaseHTTPRequestHandler):
    """A page of the web, and one that is none."""

    def do_GET(self) -> None:
        body = b"<title>Tides</title><p>High at noon.</p>" if self.path == "/tides" else b""
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def web() -> Iterator[int]:
    """The port of a server that has pages."""
    with HTTPServer(("127.0.0.1", 0), Tides) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_a_page_of_the_web_goes_with_a_message_as_its_text(
    new_server: NewServer, web: int, context: BrowserContext, page_errors: PageErrors
) -> None:
    server = new_server(WEB_INTERNAL_HOSTS=f"127.0.0.1:{web}")
    sign_in(context, server.url, add_people(server.data_dir, ["ada"])["ada"])
    page = context.new_page()
    chat = ChatPage(page).open(server.url)

    def attach_page(address: str) -> None:
        page.get_by_role("button", name="Attach").click()
        page.get_by_role("menuitem", name="Web page").click()
        page.get_by_role("textbox", name="Address").fill(address)
        page.keyboard.press("Enter")

    page_errors.expect("status of 422")
    attach_page(f"http://127.0.0.1:{web}/nothing")
    expect(chips(page)).to_contain_text("404")
    chips(page).get_by_role("button", name="Remove").click()
    attach_page(f"http://127.0.0.1:{web}/tides")
    expect(page.get_by_role("button", name="Open Tides.md")).to_be_enabled()
    chat.ask_and_wait("When is high tide?")
    page.reload()
    chat.questions.last.get_by_role("button", name=re.compile("Tides.md")).click()
    expect(page.get_by_role("dialog", name="Tides.md")).to_contain_text("High at noon.")
