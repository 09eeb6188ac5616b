"""Tags: given from the menu of a conversation, found by them, taken away again."""

from playwright.sync_api import Page, expect

from tests.e2e.test_organising import begun


def test_a_tag_is_given_by_menu_and_leads_to_all_that_have_it(page: Page) -> None:
    chat = begun(page, "Ants", "Bees", "Crabs")
    chat.options("Ants").get_by_role("menuitem", name="Tags").click()
    dialog = page.get_by_role("dialog", name="Tags")
    expect(dialog.get_by_label("Add a tag")).to_be_focused()
    page.keyboard.type("Insects")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("list", name="Tags given")).to_have_text("Insects")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()

    chat.options("Crabs").get_by_role("menuitem", name="Select several").click()
    chat.history.get_by_role("checkbox", name="Bees").check()
    bar = page.get_by_role("toolbar", name="Selected conversations")
    bar.get_by_role("button", name="Tags").click()
    expect(dialog.get_by_label("Add a tag")).to_be_focused()
    page.keyboard.type("ins")
    expect(dialog.get_by_role("list", name="Your tags")).to_have_text("Insects")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.type("to read")
    page.keyboard.press("Enter")
    given = dialog.get_by_role("list", name="Tags given").get_by_role("listitem")
    expect(given).to_have_text(["Insects", "to read"])
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()
    chat.options("Crabs").get_by_role("menuitem", name="Tags").click()
    dialog.get_by_role("button", name="Remove the tag Insects").press("Enter")
    expect(given).to_have_text(["to read"])
    expect(dialog.get_by_role("button", name="Remove the tag to read")).to_be_focused()
    dialog.get_by_role("button", name="Done").click()

    # The open one is Crabs; another one, and its tag under its title.
    chat.history.get_by_role("link", name="Bees").click()
    page.get_by_role("list", name="Tags").get_by_role("button", name="Insects").click()
    search = page.get_by_role("dialog", name="Search")
    expect(search.get_by_label("Tag", exact=True)).to_contain_text("Insects")
    expect(search.get_by_role("link")).to_have_count(2)
    expect(search.get_by_role("link", name="Bees")).to_contain_text("#Insects · #to read")
    search.get_by_role("link", name="Ants").click()
    expect(chat.question).to_contain_text("What of Ants?")
