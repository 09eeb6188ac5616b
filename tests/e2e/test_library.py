"""Assistants, prompts and ratings, as a person makes and uses them."""

from playwright.sync_api import Page, expect

from tests.support.chat_page import ChatPage


def make_prompt(page: Page, command: str, text: str) -> None:
    page.goto("/prompts/new/")
    page.get_by_label("Title").fill(f"The {command}")
    page.get_by_label("Command").fill(command)
    page.get_by_label("Text").fill(text)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(f"/{command}")).to_be_visible()


def test_a_prompt_is_made_and_found_behind_the_slash_by_keys_alone(page: Page) -> None:
    make_prompt(page, "letter", "Write a letter to {{name}} about {{topic|rain}}.")
    make_prompt(page, "list", "Make a list.")
    chat = ChatPage(page).open()
    choices = page.get_by_role("listbox", name="Choices").get_by_role("option")
    chat.draft.press_sequentially("/l")
    expect(choices).to_have_text(["/letter The letter", "/list The list"])
    page.keyboard.press("ArrowDown")
    expect(choices.nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(chat.draft).to_have_value("Make a list.")
    expect(chat.questions).to_have_count(0)

    chat.draft.fill("")
    chat.draft.press_sequentially("/let")
    expect(choices).to_have_count(1)
    page.keyboard.press("Tab")
    form = page.get_by_role("dialog", name="/letter")
    expect(form.get_by_label("name")).to_be_focused()
    page.keyboard.type("Ada")
    form.get_by_role("button", name="Insert").click()
    expect(chat.draft).to_have_value("Write a letter to Ada about rain.")
    expect(chat.draft).to_be_focused()

    chat.draft.fill("")
    chat.draft.press_sequentially("/l")
    expect(choices).to_have_count(2)
    page.keyboard.press("Escape")
    expect(choices).to_have_count(0)
    expect(chat.draft).to_have_value("/l")
    page.keyboard.press("Enter")
    expect(chat.answer).to_contain_text("You asked: /l")


def test_an_assistant_answers_and_its_answers_outlive_it(page: Page) -> None:
    page.goto("/assistants/new/")
    page.get_by_label("Name", exact=True).fill("Translator")
    page.get_by_label("What it is for").fill("Into German")
    page.get_by_role("textbox", name="Instructions").fill("Translate.")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("region", name="Translator").get_by_role("link", name="Chat").click()
    chat = ChatPage(page)
    set_pills = page.get_by_role("group", name="Settings that are set").get_by_role("button")
    expect(set_pills).to_have_text(["Assistant: Translator"])
    expect(chat.ask_and_wait("What is red?")).to_contain_text("Translator")
    page.reload()
    expect(set_pills).to_have_text(["Assistant: Translator"])
    set_pills.first.click()
    expect(chat.ask_and_wait("And blue?")).not_to_contain_text("Translator")

    chat.draft.press_sequentially("@tra")
    page.get_by_role("option", name="Translator").locator("visible=true").click()
    expect(set_pills).to_have_text(["Assistant: Translator"])
    expect(chat.draft).to_have_value("")
    conversation = page.url
    page.goto("/assistants/")
    page.get_by_role("link", name="Change").click()
    page.get_by_role("button", name="Delete this assistant").click()
    chat.open(conversation)
    expect(chat.answers.first).to_contain_text("Translator")


def test_an_answer_is_rated_and_the_rating_survives(page: Page) -> None:
    chat = ChatPage(page).open()
    answer = chat.ask_and_wait("What is red?")
    good = answer.get_by_role("button", name="Good answer")
    good.click()
    expect(good).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(good).to_have_attribute("aria-pressed", "true")
    answer.get_by_role("button", name="Bad answer").click()
    expect(good).to_have_attribute("aria-pressed", "false")
    page.reload()
    bad = answer.get_by_role("button", name="Bad answer")
    expect(bad).to_have_attribute("aria-pressed", "true")
    bad.click()
    expect(bad).to_have_attribute("aria-pressed", "false")
