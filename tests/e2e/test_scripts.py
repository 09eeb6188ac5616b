"""What a script asks with a person's key, as that person finds it in the chat."""

from typing import Any

from openai import OpenAI
from playwright.sync_api import Page, expect

from tests.support.chat_page import ChatPage


def new_key(page: Page) -> str:
    """A key of the person whose page it is, made on the page of the keys."""
    page.goto("/settings/")
    page.get_by_role("region", name="API keys").get_by_role("link").click()
    page.get_by_label("Name").fill("Notebook")
    page.get_by_role("button", name="Make a key").click()
    return page.get_by_role("status").get_by_text("sk-chatapp-").inner_text()


def test_what_a_script_asks_is_marked_in_the_list_and_goes_on_in_the_chat(
    page: Page, base_url: str
) -> None:
    key = new_key(page)

    chat = ChatPage(page).open()
    with OpenAI(base_url=f"{base_url}/v1", api_key=key) as client:
        first = client.responses.create(model="fake-model", input="What of ants?")
        chat.history.get_by_role("link", name="What of ants?").click()
        expect(chat.history.get_by_title("Asked by a script, with the key Notebook")).to_have_text(
            "API"
        )
        expect(chat.answers).to_have_count(1)
        chat.ask_and_wait("And of bees?")
        client.responses.create(
            model="fake-model", input="And of wasps?", previous_response_id=first.id
        )
    # The script's own branch is the one that was used last.
    page.reload()
    expect(chat.questions.last).to_contain_text("And of wasps?")
    expect(chat.answers).to_have_count(2)

    page.goto("/settings/keys/")
    expect(page.get_by_text("last used")).to_be_visible()
    page.get_by_role("button", name="Revoke the key Notebook").click()
    expect(page.get_by_role("region", name="Your keys")).to_contain_text("revoked on")


def test_calls_that_a_script_made_itself_are_shown_between_its_answers(
    page: Page, base_url: str
) -> None:
    tool: Any = {
        "type": "function",
        "name": "get_weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    }
    with OpenAI(base_url=f"{base_url}/v1", api_key=new_key(page)) as client:
        told: Any = [
            {"role": "system", "content": "Be brief"},
            {"role": "user", "content": "The weather in Rome?"},
        ]
        first = client.responses.create(model="guide", input=told, tools=[tool])
        (call,) = [item for item in first.output if item.type == "function_call"]
        output: Any = {"type": "function_call_output", "call_id": call.call_id, "output": "Rain"}
        client.responses.create(
            model="guide", input=[output], previous_response_id=first.id, tools=[tool]
        )
    chat = ChatPage(page).open()
    chat.history.get_by_role("link", name="The weather in Rome?").click()
    expect(chat.answers).to_have_count(2)
    expect(chat.questions.first).to_contain_text("The weather in Rome?")
    expect(chat.questions.first).not_to_contain_text("Be brief")
    expect(chat.answers.first).to_contain_text("get_weather")
    expect(chat.answers.last).to_contain_text("Rain")
    chat.ask_and_wait("And in Oslo?")
