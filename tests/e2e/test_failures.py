"""What went wrong is told in the language of whoever reads it, live and after a reload."""

from playwright.sync_api import expect

from tests.support.browser import NewContext, NewPerson
from tests.support.chat_page import ChatPage


def test_a_failure_is_told_in_the_readers_language(
    new_person: NewPerson, new_browser: NewContext
) -> None:
    context = new_person(locale="zh-CN")
    page = context.new_page()
    page.goto("/")
    page.locator('[data-part="model-picker"] button').first.click()
    page.get_by_role("option", name="Guide").click()
    page.locator("#draft").fill("try: fast quota")
    page.locator("#draft").press("Enter")
    status = page.locator(".answer .status [data-part='text']")
    chinese = "Guide \u7684\u989d\u5ea6\u5df2\u7528\u5b8c"
    expect(status).to_contain_text(chinese)
    live = status.text_content()
    page.reload()
    expect(status).to_have_text(live or "")
    english = new_browser(storage_state=context.storage_state())
    again = ChatPage(english.new_page()).open(page.url)
    expect(again.answer).to_contain_text("Guide has no credit left.")
