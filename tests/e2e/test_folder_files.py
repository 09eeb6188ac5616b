"""The files of a folder, as a person gives them to the conversations in it."""

from playwright.sync_api import FilePayload, Page, expect

from tests.support.chat_page import ChatPage
from tests.support.page_errors import PageErrors
from tests.support.uploads import picture


def test_a_folders_files_are_added_given_shown_and_taken_out(
    page: Page, page_errors: PageErrors
) -> None:
    page_errors.expect("status of 422")
    chat = ChatPage(page).open()
    page.get_by_role("link", name="New folder").first.click()
    page.get_by_label("Name").fill("Birds")
    page.get_by_role("button", name="Save").click()
    chat.wait_until_ready()
    page.goto(str(page.locator("nav a[href^='/folders/']").first.get_attribute("href")))

    expect(page.get_by_text("There are none yet.")).to_be_visible()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Add files").click()
    chooser.value.set_files(
        [
            FilePayload(name="owls.txt", mimeType="text/plain", buffer=b"Owls fly at night."),
            FilePayload(name="owl.png", mimeType="image/png", buffer=picture()),
            FilePayload(name="fake.png", mimeType="image/png", buffer=b"<svg/>"),
        ]
    )
    files = page.get_by_role("list", name="Files of this folder").get_by_role("listitem")
    expect(files).to_have_count(3)
    expect(files.last).to_contain_text("not what its name says")
    page.get_by_role("button", name="Remove fake.png").click()
    page.get_by_role("button", name="Open owls.txt").click()
    expect(page.get_by_role("dialog", name="owls.txt")).to_contain_text("Owls fly at night.")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Remove owl.png").click()
    expect(page.get_by_role("button", name="Remove owls.txt")).to_be_focused()
    page.reload()
    expect(files).to_have_count(1)

    folder = page.url.rstrip("/").split("/")[-1]
    page.goto(f"/?folder={folder}")
    chat.wait_until_ready()
    chat.ask_and_wait("When do owls fly?")
    chat.ask_and_wait("And by day?")
    given = page.get_by_role("button", name="owls.txt", exact=True)
    expect(given).to_have_count(1)
    page.reload()
    chat.wait_until_ready()
    expect(chat.questions.first).to_contain_text("From the folder:")
    given.click()
    expect(page.get_by_role("dialog", name="owls.txt")).to_contain_text("Owls fly at night.")
    page.keyboard.press("Escape")


def test_a_file_is_attached_once_more_by_its_sign_and_keys_alone(page: Page) -> None:
    chat = ChatPage(page).open()
    files = [
        FilePayload(name=name, mimeType="text/plain", buffer=b"text")
        for name in ("owls.txt", "hawks.txt")
    ]
    page.locator("form.composer [data-part=choose-files]").set_input_files(files)
    expect(page.get_by_role("button", name="Open hawks.txt")).to_be_enabled()
    chat.ask_and_wait("Read these")
    chat.draft.press_sequentially("Once more #")
    choices = page.get_by_role("listbox", name="Choices").get_by_role("option")
    expect(choices).to_have_count(2)
    chat.draft.press_sequentially("owl")
    expect(choices).to_have_count(1)
    chat.draft.press("Enter")
    chips = page.get_by_role("list", name="Attached files").get_by_role("listitem")
    expect(chips).to_have_count(1)
    expect(chips).to_contain_text("owls.txt")
    expect(chat.draft).to_have_value("Once more ")
    chat.draft.press("Enter")
    chat.wait()
    expect(chat.questions.last).to_contain_text("owls.txt")
    chat.draft.press_sequentially("#")
    expect(choices).to_have_count(2)
    chat.draft.press("Escape")
    expect(choices.first).to_be_hidden()
