"""One polite live region: it says what happened, in a dialog too, and never every word."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.test_files import attach, chips, file
from tests.e2e.test_organising import begun
from tests.support.announcements import Announcements, is_exposed, live_regions
from tests.support.chat_page import ChatPage
from tests.support.page_errors import PageErrors


@pytest.fixture
def said(page: Page) -> Announcements:
    return Announcements(page)


def test_the_chat_has_one_live_region_and_it_is_polite(page: Page) -> None:
    chat = ChatPage(page).open()
    chat.ask_and_wait("What is red?")
    (region,) = live_regions(page)
    assert 'id="announcer"' in region
    assert 'aria-live="polite"' in region


def test_an_answer_is_announced_when_it_begins_and_read_when_it_ends(
    page: Page, said: Announcements
) -> None:
    chat = ChatPage(page).open()
    chat.ask_and_wait("hold=900 What is **red**?")
    said.wait("You asked:")
    assert said.all() == ["Answering", "You asked: hold=900 What is red?"]


def test_of_a_long_answer_the_end_is_read_and_nothing_while_it_is_written(
    page: Page, said: Announcements
) -> None:
    chat = ChatPage(page).open()
    chat.ask_and_wait("deltas=220 rate=200")
    said.wait("The answer is complete. Its end: w201")
    begun, end = said.all()
    assert begun == "Answering"
    assert end.endswith(" w220")


def test_an_answer_that_was_stopped_or_failed_says_so(page: Page, said: Announcements) -> None:
    chat = ChatPage(page).open()
    chat.ask("deltas=2000 rate=20")
    chat.wait_for_number(3)
    chat.stop.click()
    said.wait("You stopped this answer.")
    said.forget()
    page.get_by_role("button", name="Model: fake-model").click()
    page.get_by_role("option", name="Guide").click()
    chat.ask_and_wait("try: fast fail")
    said.wait("The answer broke off here.")
    # One that fails at once is told together with its beginning.
    assert " ".join(said.all()).count("Answering") == 1
    assert len(said.all()) <= 2


def test_what_is_copied_is_said(page: Page, said: Announcements) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    chat = ChatPage(page).open()
    answer = chat.ask_and_wait("What is red?")
    said.wait("What is red?")
    said.forget()
    answer.get_by_role("button", name="Copy answer").click()
    said.wait("Copied")
    # The same words once more are heard once more.
    answer.get_by_role("button", name="Copy answer").click()
    page.wait_for_function("() => window.__said.length === 2")
    assert said.all() == ["Copied", "Copied"]


def test_tags_are_announced_and_a_refusal_leads_back_to_the_field(
    page: Page, said: Announcements, page_errors: PageErrors
) -> None:
    page_errors.expect("status of 400")
    chat = begun(page, "Ants")
    chat.options("Ants").get_by_role("menuitem", name="Tags").click()
    dialog = page.get_by_role("dialog", name="Tags")
    name = dialog.get_by_label("Add a tag")
    name.fill("Insects")
    page.keyboard.press("Enter")
    said.wait("Tag Insects added")
    assert is_exposed(page, "#announcer")
    sentence = "A tag has 40 characters at the most."

    def refuse(route: Route) -> None:
        route.fulfill(status=400, json={"error": {"message": sentence}})

    page.route("**/organise/", refuse)
    name.fill("Animals")
    page.keyboard.press("Enter")
    said.wait(sentence)
    expect(name).to_be_focused()
    expect(name).to_have_accessible_description(sentence)
    expect(name).to_have_attribute("aria-invalid", "true")
    page.unroute("**/organise/")
    page.keyboard.press("Enter")
    said.wait("Tag Animals added")
    expect(name).to_have_attribute("aria-invalid", "false")


def test_the_count_of_a_search_is_said_once_the_typing_rests(
    page: Page, said: Announcements
) -> None:
    begun(page, "Ants", "Bees")
    said.wait("You asked: What of Bees?")
    page.keyboard.press("ControlOrMeta+k")
    said.forget()
    page.keyboard.type("what of")
    said.wait("2 found")
    assert said.all() == ["2 found"]
    assert is_exposed(page, "#announcer")
    page.keyboard.press("Escape")
    said.forget()
    page.get_by_role("button", name="Copy answer").click()
    page.wait_for_function("() => window.__said.length === 1")
    assert is_exposed(page, "#announcer")


def test_a_file_that_is_refused_is_named_with_its_reason(page: Page, said: Announcements) -> None:
    ChatPage(page).open()
    attach(page, file("tool.exe", b"MZ"))
    expect(chips(page)).to_have_count(1)
    said.wait("tool.exe: Files of this type are not taken.")
    assert len(said.all()) == 1


def test_a_setting_that_cannot_be_is_said_and_not_left_behind(
    page: Page, said: Announcements
) -> None:
    ChatPage(page).open()
    page.get_by_role("button", name="Settings of the next answer").click()
    drawer = page.get_by_role("dialog", name="Settings of the next answer")
    longest = drawer.get_by_role("spinbutton", name="Longest answer")
    longest.fill("0")
    drawer.get_by_role("button", name="Done").click()
    said.wait("Between 1 and 10000000 is possible.")
    expect(longest).to_be_focused()
    expect(longest).to_have_attribute("aria-invalid", "true")
    expect(longest).to_have_accessible_description(
        re.compile("^Between 1 and 10000000 is possible")
    )
    assert is_exposed(page, "#announcer")
    longest.fill("500")
    page.keyboard.press("Enter")
    expect(drawer).to_be_hidden()


def test_what_is_shared_or_cannot_be_is_said_in_the_dialog(
    page: Page, said: Announcements, page_errors: PageErrors
) -> None:
    page_errors.expect("status of 409|status of 500")
    chat = ChatPage(page).open()
    chat.ask_and_wait("What is red?")
    page.get_by_role("button", name="Share this conversation").click()
    make = page.get_by_role("button", name="Make a link")
    page.route("**/shares/", lambda route: route.fulfill(status=409, json={"error": {}}))
    make.press("Enter")
    said.wait("There is no finished answer to share yet.")
    expect(make).to_be_focused()
    expect(make).to_have_accessible_description("There is no finished answer to share yet.")
    page.unroute("**/shares/")
    make.press("Enter")
    said.wait("The link is made.")
    assert is_exposed(page, "#announcer")


def test_how_many_are_selected_and_how_alike_two_answers_are_is_said(
    page: Page, said: Announcements
) -> None:
    chat = begun(page, "Ants", "Bees")
    chat.options("Ants").get_by_role("menuitem", name="Select several").click()
    chat.history.get_by_role("checkbox", name="Bees").check()
    said.wait("2 selected")
    page.keyboard.press("Escape")
    chat.retry("Try with fake-model-large")
    chat.wait()
    chat.answer.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Compare").click()
    said.wait("% of the words are the same")
    assert is_exposed(page, "#announcer")
    page.keyboard.press("Escape")
