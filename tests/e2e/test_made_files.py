"""What a provider makes is seen as it comes, kept, and had again: pictures, and cited files."""

import re
import sqlite3
from contextlib import closing

from playwright.sync_api import Locator, Page, Route, expect

from tests.support import fake_making as making
from tests.support.chat_page import ChatPage
from tests.support.server import Server

QUESTION = "draw=2 cite=1 wait=700 please"


def row_of(server: Server, page: Page) -> str:
    """All that the database has of the answers of the conversation that is open."""
    conversation = page.url.rpartition("/c/")[2].partition("?")[0].strip("/")
    with closing(sqlite3.connect(server.data_dir / "chatapp.sqlite3")) as database:
        found = database.execute(
            "SELECT * FROM conversations_response WHERE conversation_id = ?", [conversation]
        ).fetchall()
    assert found
    return repr(found)


def picture_in(answer: Locator) -> Locator:
    return answer.get_by_role("button", name=f"Enlarge: {making.PROMPT}")


def test_a_picture_and_a_cited_file_are_kept(page: Page, server: Server) -> None:
    asked: list[str] = []
    frames: list[str] = []

    def note(route: Route) -> None:
        asked.append(route.request.url)
        route.continue_()

    page.route(re.compile(r"/partial/\?at=0"), note)
    page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda data: frames.append(str(data))),
    )
    chat = ChatPage(page).open()
    chat.ask(QUESTION)
    soon = chat.answer.get_by_role("button", name="Enlarge: Picture drawn by the model")
    expect(soon.get_by_role("img")).to_have_attribute("src", re.compile(r"/partial/\?at=0"))
    expect(soon.get_by_role("img")).not_to_have_js_property("naturalWidth", 0)
    answer = chat.wait()
    seen(page, answer)
    assert asked
    text = "".join(frames)
    assert making.picture(0)[:100] not in text
    assert making.picture(2)[:100] not in text

    page.reload()
    seen(page, chat.wait())
    row = row_of(server, page)
    for step in range(3):
        assert making.picture(step)[:100] not in row
    assert "base64" not in row


def seen(page: Page, answer: Locator) -> None:
    """The picture, large, and saved; the file, by its source."""
    picture = picture_in(answer)
    expect(picture.get_by_role("img")).to_have_js_property("naturalWidth", making.SIZES[2][0])
    picture.click()
    box = page.get_by_role("dialog", name="Picture")
    expect(box.get_by_role("img", name=making.PROMPT)).to_be_visible()
    with page.expect_download() as download:
        box.get_by_role("button", name="Download picture").click()
    assert download.value.suggested_filename == f"{making.PROMPT}.png"
    assert download.value.path().read_bytes().startswith(b"\x89PNG")
    page.keyboard.press("Escape")

    expect(answer.locator(".prose")).to_contain_text("the table")
    expect(answer.locator(".prose")).not_to_contain_text("sandbox:")
    with page.expect_download() as download:
        answer.get_by_role("link", name=making.NAME).click()
    assert download.value.suggested_filename == making.NAME
    assert download.value.path().read_bytes() == making.CONTENT
    answer.get_by_role("button", name="Source 1").click()
    card = page.get_by_role("dialog", name="Source")
    expect(card.get_by_role("link", name="Download")).to_be_visible()
    page.keyboard.press("Escape")


def test_a_drawing_in_svg_is_shown_and_never_run(page: Page) -> None:
    chat = ChatPage(page).open()
    answer = chat.ask_and_wait("draw=1 svg=1 please")
    picture = picture_in(answer)
    expect(picture.get_by_role("img")).to_have_js_property("naturalWidth", making.SIZES[2][0])
    picture.click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download picture").click()
    assert download.value.suggested_filename == f"{making.PROMPT}.svg"
    assert download.value.path().read_bytes() == making.SVG
    page.reload()
    picture = picture_in(chat.wait())
    expect(picture.get_by_role("img")).to_have_js_property("naturalWidth", making.SIZES[2][0])


def test_a_picture_that_is_stopped_stays_as_far_as_it_came(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.ask("draw=1 wait=3000 please")
    image = chat.answer.get_by_role("img", name="Picture drawn by the model")
    expect(image).to_have_attribute("src", re.compile(r"/partial/\?at=0"))
    chat.stop.click()
    for _ in range(2):
        expect(image).to_have_attribute("src", re.compile(r"^/files/"))
        expect(image).to_have_js_property("naturalWidth", making.SIZES[0][0])
        expect(chat.answer.get_by_text("The picture was not finished.")).to_be_visible()
        page.reload()
        chat.wait()


def test_a_cited_file_that_is_gone_says_so_and_fails_no_answer(page: Page) -> None:
    chat = ChatPage(page).open()
    answer = chat.ask_and_wait("cite=2 please")
    expect(answer.get_by_text("It could not be fetched from the provider.")).to_be_visible()
    expect(answer.get_by_role("link", name=making.NAME)).to_have_count(0)
    page.reload()
    expect(chat.wait().get_by_text("It could not be fetched")).to_be_visible()
