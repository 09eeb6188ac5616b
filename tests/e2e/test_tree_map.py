"""The map: all of a conversation at once, with the branch that is shown."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.chat_page import ChatPage

SHORTCUT = "Control+Shift+Y"


@pytest.fixture
def chat(page: Page) -> ChatPage:
    """A question with two versions, the first of which goes on."""
    chat = ChatPage(page).open()
    chat.ask_and_wait("What is red?")
    chat.ask_and_wait("And below it?")
    chat.edit(0, "What is blue?")
    chat.wait()
    return chat


def test_arrows_move_through_the_map_and_enter_opens_a_message_on_its_branch(
    chat: ChatPage,
) -> None:
    page = chat.page
    page.keyboard.press(SHORTCUT)
    tree = page.get_by_role("tree", name="Map of this conversation")
    expect(tree.get_by_role("treeitem")).to_have_count(3)
    here = tree.get_by_role("treeitem", name="What is blue?")
    expect(here).to_be_focused()
    expect(here).to_have_attribute("aria-current", "true")

    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowDown")
    below = tree.get_by_role("treeitem", name="And below it?")
    expect(below).to_be_focused()
    expect(below).to_have_attribute("aria-level", "2")
    page.keyboard.press("Enter")
    expect(tree).to_be_hidden()
    expect(chat.questions).to_contain_text(["What is red?", "And below it?"])
    expect(page.locator(".turn:focus")).to_contain_text("And below it?")

    # The choice is remembered, and Back leads to where one was.
    page.goto(re.sub(r"\?.*", "", page.url))
    expect(chat.questions).to_contain_text(["What is red?", "And below it?"])


def test_a_click_jumps_and_a_run_opens(page: Page) -> None:
    chat = ChatPage(page).open()
    for number in range(6):
        chat.ask_and_wait(f"Number {number}?")
    page.get_by_role("button", name="Map of this conversation").click()
    tree = page.get_by_role("tree")
    expect(tree.get_by_role("treeitem")).to_have_count(3)
    tree.get_by_role("treeitem", name="4 more messages").click()
    expect(tree.get_by_role("treeitem")).to_have_count(6)
    tree.get_by_role("treeitem", name="Number 2?").click()
    expect(tree).to_be_hidden()
    expect(page.locator(".turn:focus")).to_contain_text("Number 2?")


def test_branches_are_named_pinned_and_deleted_on_the_map(chat: ChatPage) -> None:
    page = chat.page
    page.get_by_role("button", name="Map of this conversation").click()
    tree = page.get_by_role("tree")
    expect(tree.get_by_role("treeitem", name="What is blue?")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("F2")
    page.get_by_role("textbox", name="Name this branch").fill("红色")
    page.keyboard.press("Enter")
    red = tree.get_by_role("treeitem", name="红色. What is red?")
    expect(red).to_be_focused()
    page.keyboard.press("p")
    expect(red).to_have_attribute("aria-label", re.compile("Pinned"))
    pins = page.get_by_role("list", name="Pinned and named branches")
    expect(pins.get_by_role("button")).to_have_text(["红色"])

    blue = tree.get_by_role("treeitem", name="What is blue?")
    blue.click(button="right")
    page.get_by_role("menuitem", name="Delete this branch").click()
    page.get_by_role("dialog", name="Delete this branch?").get_by_role(
        "button", name="Delete"
    ).click()
    expect(tree.get_by_role("treeitem")).to_have_count(2)
    pins.get_by_role("button").click()
    expect(chat.questions).to_contain_text(["What is red?", "And below it?"])


def test_the_map_is_zoomed_by_buttons_wheel_and_keys(chat: ChatPage) -> None:
    page = chat.page
    page.get_by_role("button", name="Map of this conversation").click()
    zoom = page.get_by_role("group", name="Zoom")
    zoom.get_by_role("button", name="Zoom in").click()
    expect(zoom).to_contain_text("125 %")
    page.get_by_role("tree").hover()
    page.keyboard.down("Control")
    page.mouse.wheel(0, 100)
    page.keyboard.up("Control")
    expect(zoom).not_to_contain_text("125 %")
    zoom.get_by_role("button", name="See all of it").click()
    expect(zoom).to_contain_text("100 %")
    page.get_by_role("treeitem").first.focus()
    page.keyboard.press("-")
    expect(zoom).to_contain_text("80 %")
