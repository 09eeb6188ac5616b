"""A link is made, read by somebody without an account, continued by a colleague, and revoked."""

import re
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from tests.support.browser import NewContext, NewPerson
from tests.support.chat_page import ChatPage
from tests.support.page_errors import PageErrors


def made_link(page: Page) -> str:
    page.get_by_role("button", name="Make a link").click()
    return page.get_by_role("textbox", name="Link").first.input_value()


def test_a_link_is_read_continued_and_revoked(
    page: Page, new_browser: NewContext, new_person: NewPerson, page_errors: PageErrors
) -> None:
    chat = ChatPage(page).open()
    chat.ask_and_wait("Where do **numbats** live?")
    chat.retry("Try with fake-model-large")
    chat.wait()
    page.get_by_role("button", name="Share this conversation").click()
    page.get_by_label("All branches").check()
    url = made_link(page)
    expect(page.get_by_role("button", name="Copy", exact=True).last).to_be_focused()

    stranger = new_browser().new_page()
    stranger.goto(url)
    read = ChatPage(stranger)
    expect(read.answer.get_by_text("numbats", exact=True)).to_have_role("strong")
    expect(read.answer).to_contain_text("2 / 2")
    read.answer.get_by_role("button", name="Previous version").click()
    expect(read.answer).to_contain_text("1 / 2")

    colleague = new_person().new_page()
    colleague.goto(url)
    colleague.get_by_role("link", name="Continue in my own chats").click()
    colleague.get_by_role("button", name="Make my copy").click()
    theirs = ChatPage(colleague)
    theirs.wait_until_ready()
    expect(theirs.answer).to_contain_text("2 / 2")
    source = colleague.get_by_role("link", name="Copied from a shared conversation of person")
    expect(source).to_have_attribute("href", re.compile(r"^/s/[^/]+/$"))
    colleague.reload()
    theirs.wait_until_ready()
    expect(source).to_be_visible()
    theirs.ask_and_wait("And wombats?")
    expect(theirs.answers).to_have_count(2)

    page_errors.expect("status of 404")
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_role("textbox", name="Link")).to_have_count(0)
    stranger.reload()
    expect(read.answers).to_have_count(0)
    colleague.reload()
    expect(colleague.get_by_text("Copied from a shared conversation of person")).to_be_visible()
    expect(source).to_have_count(0)


def test_a_passphrase_opens_a_link_and_its_page_to_print(
    page: Page, new_browser: NewContext
) -> None:
    chat = ChatPage(page).open()
    chat.ask_and_wait("Where do penguins live?")
    chat.answer.hover()
    chat.answer.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Share up to here").press("Enter")
    page.get_by_label("Passphrase").fill("open sesame")
    url = made_link(page)
    stranger = new_browser().new_page()
    stranger.goto(url)
    stranger.get_by_label("Passphrase").fill("open sesame")
    stranger.keyboard.press("Enter")
    expect(ChatPage(stranger).answer).to_contain_text("penguins")
    stranger.get_by_role("link", name="Page to print").click()
    expect(stranger.get_by_role("button", name="Print")).to_be_visible()
    expect(ChatPage(stranger).answer).to_contain_text("penguins")


def test_a_document_is_named_on_a_link_and_on_its_page_to_print_and_opened(
    page: Page, new_browser: NewContext, tmp_path: Path
) -> None:
    chat = ChatPage(page).open()
    (tmp_path / "tides.txt").write_bytes(tides := b"High at six." * 256)
    choice = page.locator("form.composer [data-part=choose-files]")
    choice.set_input_files(tmp_path / "tides.txt")
    expect(page.get_by_role("button", name="Open tides.txt")).to_be_enabled()
    chat.ask_and_wait("When is high water?")
    page.get_by_role("button", name="Share this conversation").click()
    url = made_link(page)

    stranger = new_browser().new_page()
    for address in (url, f"{url}print/"):
        stranger.goto(address)
        document = ChatPage(stranger).question.get_by_role("link", name="tides.txt")
        expect(document).to_contain_text("3 KB")
        with stranger.expect_download() as started:
            document.click()
        started.value.save_as(tmp_path / "saved.txt")
        assert (tmp_path / "saved.txt").read_bytes() == tides


def test_without_scripts_a_link_is_read(page: Page, new_browser: NewContext) -> None:
    chat = ChatPage(page).open()
    chat.ask_and_wait("Where do otters live?")
    page.get_by_role("button", name="Share this conversation").click()
    url = made_link(page)
    context: BrowserContext = new_browser(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(url)
    expect(plain.get_by_role("article", name="Answer")).to_contain_text("otters")


def test_paper_is_white_and_holds_all_of_a_long_line(new_person: NewPerson) -> None:
    page = new_person(color_scheme="dark").new_page()
    chat = ChatPage(page).open()
    chat.ask_and_wait("Show me code")
    page.goto(re.sub(r".*/c/(\w+).*", r"/conversations/\1/print/", page.url))
    expect(chat.answer).to_be_visible()
    page.emulate_media(media="print")
    colours = page.evaluate(
        "() => [document.documentElement, document.body].map((node) => getComputedStyle(node))"
        ".map(({ backgroundColor, color }) => [backgroundColor, color])"
    )
    assert colours[0][0] == "rgb(255, 255, 255)"
    assert colours[1][1] == "rgb(0, 0, 0)"
    assert page.pdf().startswith(b"%PDF")
